import { describe, expect, test } from "vitest";
import type { ImpactJson } from "#lib/impact/schema.ts";
import { impactWords, isNotable } from "./impact-words.ts";

const NOTHING: ImpactJson = {
  hosts_now: 100,
  hosts_after: 100,
  entering: 0,
  becoming_pending: 0,
  leaving: { hosts: 0, pass: 0, fail: 0, error: 0, stale: 0, exempt: 0 },
  excluded: 0,
  starts_anew: false,
  answers_lost: 0,
  newly_failing: { hosts: 0, basis: "exact", sampled: 0, sampled_failing: 0, unsampled: 0 },
  verdicts: { flips: [], basis: "exact", judged: 0 },
  automations: [],
  share: 0,
  confirm: false,
};
const textOf = (impact: Partial<ImpactJson>) => impactWords({ ...NOTHING, ...impact }, false);
const sample = (more: object) => ({
  ...NOTHING.newly_failing,
  ...{ basis: "sample" as const, sampled: 7, ...more },
});
const webhook = { kind: "webhook", destination: "hooks.example", basis: "sample" } as const;

describe("what saving would do, in words", () => {
  test("hosts that fail as it is are not said to begin to", () => {
    expect(textOf({ starts_anew: true, newly_failing: sample({ hosts: 0 }) })).toContain(
      "None expected to begin failing: 0 of the 7 hosts that ran it and do not fail now failed it.",
    );
    expect(textOf({ newly_failing: sample({ hosts: 30, sampled_failing: 2 }) })).toContain(
      "About 30 hosts expected to begin failing: 2 of the 7 hosts that ran it and do not fail now failed it.",
    );
  });

  test("one host is spoken of as one", () => {
    const leaving = { ...NOTHING.leaving, hosts: 1, pass: 1 };
    const change = { hosts_now: 2, hosts_after: 1, leaving, excluded: 1, answers_lost: 1 };
    expect(textOf(change).slice(0, 4)).toEqual([
      "2 → 1 host asked.",
      "1 host leaves the scope, of which now 1 pass; its answers go into history.",
      "1 host of these platforms is kept out by labels.",
      "1 answer to the old SQL stops counting.",
    ]);
    expect(textOf({ hosts_now: 1, hosts_after: 1 })[0]).toBe("The same 1 host is asked.");
    expect(textOf({ automations: [{ ...webhook, hosts: 0, recovered: 1 }] }).join(" ")).toContain(
      "may be told that the 1 host failing now has recovered.",
    );
  });

  test("of a new policy nobody is said to fail already", () => {
    const newly_failing = sample({ hosts: 1, sampled_failing: 1 });
    expect(impactWords({ ...NOTHING, newly_failing }, true)).toContain(
      "About 1 host expected to begin failing: 1 of the 7 hosts that ran it failed it.",
    );
  });

  test("what nobody ran is said to be unknown, of all hosts or of those that come in", () => {
    const newly_failing = { ...NOTHING.newly_failing, basis: "unknown" as const };
    expect(textOf({ starts_anew: true, newly_failing }).join(" ")).toContain(
      "How many would begin to fail is not known",
    );
    expect(textOf({ entering: 5, newly_failing }).join(" ")).toContain(
      "How many of those that come in would begin to fail is not known",
    );
    expect(textOf({ newly_failing: sample({ unsampled: 12 }) }).join(" ")).toContain(
      "Nothing is known of 12 hosts of platforms on which nobody ran it.",
    );
  });

  test("webhooks of failing and of recovered hosts are named; without any, no more is denied than is so", () => {
    expect(textOf({})).toContain("No webhook would be told of failing or recovered hosts.");
    expect(textOf({ automations: [{ ...webhook, hosts: 1, recovered: 0 }] })).toContain(
      "The webhook at hooks.example would be told of about 1 host that fails.",
    );
    const recovered = textOf({ automations: [{ ...webhook, hosts: 0, recovered: 4 }] });
    expect(recovered.filter((words) => words.includes("webhook"))).toEqual([
      "The webhook at hooks.example may be told that some of 4 hosts failing now have recovered.",
    ]);
  });

  test("a change that a webhook would tell of is never saved without a word", () => {
    expect(isNotable(NOTHING, false)).toBe(false);
    const automations = [{ ...webhook, hosts: 3, recovered: 0 }];
    expect(isNotable({ ...NOTHING, automations }, true)).toBe(true);
  });
});
