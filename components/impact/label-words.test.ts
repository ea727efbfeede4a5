import { expect, test } from "vitest";
import type { LabelImpactJson } from "#lib/impact/schema.ts";
import { isLabelNotable, labelWords } from "./label-words.ts";

const POLICY = {
  ...{ id: 1, name: "Disk", team_id: null, critical: true, paused: false },
  ...{ hosts_now: 10, hosts_after: 7, entering: 1, leaving: 4 },
};
const IMPACT: LabelImpactJson = {
  ...{ asked_anew: 0, hosts: 5, policies: [POLICY] },
  verdicts: { flips: [], basis: "exact", judged: 5 },
  ...{ share: 0.4, confirm: false },
};
const same = { ...POLICY, entering: 0, leaving: 0, hosts_after: 10 };

test("the policies are named with who comes in and goes out, those that it changes most first", () => {
  const policies = [{ ...same, name: "Quiet", critical: false }, POLICY];
  expect(labelWords({ ...IMPACT, policies })).toEqual([
    "Disk (critical): 10 → 7 hosts, 1 comes in, 4 go out.",
    "Quiet: the same 10 hosts.",
    "No verdict changes at the moment of saving.",
  ]);
});

test("new SQL says that hosts answer anew, and does not guess what", () => {
  const words = labelWords({ ...IMPACT, asked_anew: 300, policies: [same] });
  expect(words[0]).toContain("300 hosts answer anew. What each said before holds until then");
});

test("of many policies ten are named and the others counted", () => {
  const policies = Array.from({ length: 12 }, (_, at) => ({ ...POLICY, name: `Policy ${at}` }));
  expect(labelWords({ ...IMPACT, policies })).toContain("And 2 other policies.");
});

test("an edit that moves nobody asks nothing, unless hosts of policies answer anew", () => {
  const quiet = { ...IMPACT, policies: [same] };
  expect(isLabelNotable(quiet)).toBe(false);
  expect(isLabelNotable({ ...quiet, asked_anew: 3 })).toBe(true);
  expect(isLabelNotable({ ...quiet, policies: [], asked_anew: 3 })).toBe(false);
  expect(isLabelNotable(IMPACT)).toBe(true);
});
