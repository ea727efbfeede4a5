import type { LabelKey, LabelLists } from "#lib/policies/label-fields.ts";

function listed(names: readonly string[], word: "and" | "or"): string {
  const [last, ...others] = [...names].reverse();
  if (last === undefined) return "";
  return others.length === 0 ? last : `${others.reverse().join(", ")} ${word} ${last}`;
}

/** One list as the end of "Asked of hosts …"; "in" before a single name needs no quantity. */
const PHRASES: Record<LabelKey, (names: readonly string[]) => string> = {
  labels_include_any: (names) =>
    names.length === 1 ? `in ${names[0]}` : `in any of ${listed(names, "or")}`,
  labels_include_all: (names) =>
    names.length === 1 ? `in ${names[0]}` : `in all of ${listed(names, "and")}`,
  labels_exclude_any: (names) =>
    names.length === 1 ? `not in ${names[0]}` : `in none of ${listed(names, "and")}`,
  labels_exclude_all: (names) =>
    names.length === 1 ? `not in ${names[0]}` : `not in all of ${listed(names, "and")}`,
};

const ORDER = [
  "labels_include_any",
  "labels_include_all",
  "labels_exclude_any",
  "labels_exclude_all",
] as const;

/** Whom the rules let a policy ask, as one sentence without double negatives. */
export function labelSentence(lists: LabelLists): string {
  const phrases = ORDER.flatMap((key) => {
    const names = lists[key] ?? [];
    return names.length > 0 ? [PHRASES[key](names)] : [];
  });
  if (phrases.length === 0) return "No label narrows whom it asks.";
  return `Asked of hosts ${listed(phrases, "and")}.`;
}
