import { formatNumber, plural } from "#lib/format.ts";
import type { LabelImpactJson } from "#lib/impact/schema.ts";
import { verdictWords } from "./impact-words.ts";

/** A label in a hundred policies is told of by those that it changes most. */
const POLICIES_SHOWN = 10;

const hosts = (count: number) => plural(count, "host");

type Policy = LabelImpactJson["policies"][number];

const moved = ({ entering, leaving }: Policy) => entering + leaving;

function policyWords(policy: Policy): string {
  const { name, critical, paused, hosts_now: now, hosts_after: after, entering, leaving } = policy;
  const kind = [critical && "critical", paused && "paused"].filter(Boolean).join(", ");
  const of = `${name}${kind ? ` (${kind})` : ""}`;
  if (moved(policy) === 0) return `${of}: the same ${hosts(after)}.`;
  const words = [
    entering > 0 && `${formatNumber(entering)} ${entering === 1 ? "comes" : "come"} in`,
    leaving > 0 && `${formatNumber(leaving)} ${leaving === 1 ? "goes" : "go"} out`,
  ].filter(Boolean);
  return `${of}: ${formatNumber(now)} → ${hosts(after)}, ${words.join(", ")}.`;
}

/** What an edit of a label would do to whom policies ask, in sentences. */
export function labelWords(impact: LabelImpactJson): string[] {
  const { policies, asked_anew: anew } = impact;
  const most = [...policies].sort((a, b) => moved(b) - moved(a));
  const others = policies.length - POLICIES_SHOWN;
  return [
    ...(anew > 0
      ? [
          `${hosts(anew)} answer${anew === 1 ? "s" : ""} anew. What each said before holds until then, so who comes in and goes is not known yet.`,
        ]
      : []),
    ...most.slice(0, POLICIES_SHOWN).map(policyWords),
    ...(others > 0 ? [`And ${plural(others, "other policy", "other policies")}.`] : []),
    ...verdictWords(impact),
  ];
}

/** Whether somebody would be surprised by it: a label that nothing goes by decides nothing. */
export const isLabelNotable = (impact: LabelImpactJson): boolean =>
  impact.verdicts.flips.length > 0 ||
  (impact.policies.length > 0 && impact.asked_anew > 0) ||
  impact.policies.some((policy) => moved(policy) > 0);
