import { expect, test } from "vitest";
import type { BulkImpactJson } from "#lib/impact/schema.ts";
import { bulkWords } from "./bulk-words.ts";

const IMPACT: BulkImpactJson = {
  ...{ policies: 1, hosts_now: 1_200, hosts_after: 1_200, entering: 0, leaving: 0 },
  answers_lost: 0,
  verdicts: { flips: [{ from: "fail", to: "pass", hosts: 40 }], basis: "exact", judged: 1_200 },
  ...{ share: 0.03, confirm: false },
};

test("a pause says whom it asks no more, and whom the gate lets in", () => {
  expect(bulkWords(IMPACT, "pause")).toEqual([
    "1,200 hosts would not be asked meanwhile.",
    "40 hosts: from “is kept out” to “may pass”.",
  ]);
});

test("the end of policies says how many answers go, a move how many stop counting", () => {
  const many = { ...IMPACT, policies: 3, hosts_after: 0, leaving: 1_200, answers_lost: 3_000 };
  expect(bulkWords(many, "delete")).toContain("3,000 answers would go.");
  const move = { ...many, hosts_after: 5, entering: 5 };
  expect(bulkWords(move, "move").slice(0, 4)).toEqual([
    "1,200 → 5 hosts asked.",
    "Into scope: 5 hosts, pending until there is an answer.",
    "Out of scope: 1,200 hosts.",
    "3,000 answers so far would stop counting.",
  ]);
});

test("what is so already is said to change nothing", () => {
  expect(bulkWords({ ...IMPACT, policies: 0 }, "resume")).toEqual(["Nothing: it is so already."]);
});
