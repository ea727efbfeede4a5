import { describe, expect, test } from "vitest";
import type { LabelScope } from "#db/schema/policies.ts";
import { type Labels, labelsOfCard, writeLabelCard } from "./label-card.ts";
import { entryCounts, type HostScope, scopeOf } from "./scope.ts";

const [MEMBER, OUTSIDER, UNKNOWN, FAILED, MANUAL] = [1, 2, 3, 4, 5];
const labels: Labels = new Map([
  [MEMBER, { revision: 1, isMember: true }],
  [OUTSIDER, { revision: 1, isMember: false }],
  [FAILED, { revision: 1, isMember: null }],
]);
const host: HostScope = { hostId: 1, teamId: null, platformFamily: "darwin", labels };
const policy = (labelScope: LabelScope | null) => ({
  teamId: null,
  platform: "",
  labelScope,
  scopeEras: null,
  manualLabels: new Set([MANUAL]),
});

describe("rules by label", () => {
  test.each<[LabelScope | null, string]>([
    [null, "in"],
    [{}, "in"],
    [{ includeAny: [] }, "in"],
    [{ excludeAll: [] }, "in"],
    [{ includeAny: [OUTSIDER, MEMBER] }, "in"],
    [{ includeAny: [OUTSIDER, UNKNOWN] }, "unknown"],
    [{ includeAny: [UNKNOWN, MEMBER] }, "in"],
    [{ includeAny: [OUTSIDER] }, "out"],
    [{ includeAny: [FAILED] }, "unknown"],
    [{ includeAll: [MEMBER, UNKNOWN] }, "unknown"],
    [{ includeAll: [OUTSIDER, UNKNOWN] }, "out"],
    [{ excludeAny: [OUTSIDER] }, "in"],
    [{ excludeAny: [OUTSIDER, UNKNOWN] }, "unknown"],
    [{ excludeAny: [MEMBER, UNKNOWN] }, "out"],
    [{ excludeAll: [MEMBER, OUTSIDER] }, "in"],
    [{ excludeAll: [MEMBER, UNKNOWN] }, "unknown"],
    [{ excludeAll: [MEMBER] }, "out"],
    [{ includeAny: [MEMBER], excludeAny: [MEMBER] }, "out"],
    [{ includeAny: [UNKNOWN], excludeAny: [MEMBER] }, "out"],
    [{ includeAll: [MEMBER], excludeAny: [UNKNOWN] }, "unknown"],
    [{ includeAny: [MANUAL] }, "out"],
    [{ excludeAny: [MANUAL] }, "in"],
  ])("%j: %s", (labelScope, expected) => {
    expect(scopeOf(policy(labelScope), host)).toBe(expected);
  });

  test("a card reads as it was written, and equal cards are one object", () => {
    const card = writeLabelCard(labels);
    expect(labelsOfCard(card)).toEqual(labels);
    expect(labelsOfCard(Buffer.from(card))).toBe(labelsOfCard(card));
  });
});

describe("rules that ended", () => {
  const counts = (atMs: number, eras: { untilMs: number; labelScope: LabelScope | null }[]) =>
    entryCounts(
      { revision: 1, evaluatedAtMs: atMs },
      { ...policy(null), scopeEras: eras, revision: 1, platformSince: {} },
      host,
    );

  test("void the answers from before them of hosts that they kept out, or perhaps did", () => {
    const asked = { untilMs: 100, labelScope: { includeAny: [MEMBER] } };
    const out = { untilMs: 100, labelScope: { includeAny: [OUTSIDER] } };
    const perhaps = { untilMs: 100, labelScope: { includeAny: [UNKNOWN] } };
    expect([counts(99, [asked]), counts(99, [out]), counts(99, [perhaps])]).toEqual([
      true,
      false,
      false,
    ]);
    expect([counts(100, [out]), counts(100, [perhaps])]).toEqual([true, true]);
    expect(counts(99, [{ untilMs: 50, labelScope: null }, out])).toBe(false);
  });

  test("a manual label that is gone since still means no member where it is not on the card", () => {
    const GONE = 9;
    const era = { untilMs: 100, labelScope: { excludeAny: [GONE] } };
    expect(counts(99, [era])).toBe(false);
    expect(counts(99, [{ ...era, manual: [GONE] } as typeof era])).toBe(true);
  });
});
