import { formatNumber, plural } from "#lib/format.ts";
import type { BulkImpactJson } from "#lib/impact/schema.ts";
import type { NewBulk } from "#lib/policies/action-schema.ts";
import { verdictWords } from "./impact-words.ts";

const hosts = (count: number) => plural(count, "host");

function scopeWords(impact: BulkImpactJson, action: NewBulk["action"]): string {
  const { hosts_now: now, hosts_after: after } = impact;
  switch (action) {
    case "pause":
      return `${hosts(now)} would not be asked meanwhile.`;
    case "resume":
      return `${hosts(after)} would be asked again.`;
    case "delete":
      return `${hosts(now)} would not be asked any more.`;
    default:
      return `${formatNumber(now)} → ${hosts(after)} asked.`;
  }
}

function movedWords({ entering, leaving }: BulkImpactJson): string[] {
  return [
    ...(entering > 0 ? [`Into scope: ${hosts(entering)}, pending until there is an answer.`] : []),
    ...(leaving > 0 ? [`Out of scope: ${hosts(leaving)}.`] : []),
  ];
}

/** What an action on policies would do, in sentences. */
export function bulkWords(impact: BulkImpactJson, action: NewBulk["action"]): string[] {
  if (impact.policies === 0) return ["Nothing: it is so already."];
  const lost = plural(impact.answers_lost, "answer");
  return [
    scopeWords(impact, action),
    ...(action === "move" ? movedWords(impact) : []),
    ...(impact.answers_lost > 0
      ? [action === "delete" ? `${lost} would go.` : `${lost} so far would stop counting.`]
      : []),
    ...verdictWords(impact),
  ];
}
