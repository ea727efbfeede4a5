import { formatNumber, formatPercent, plural } from "#lib/format.ts";
import type { ImpactJson, Share } from "#lib/impact/schema.ts";

const hosts = (count: number) => plural(count, "host");
const are = (count: number) => (count === 1 ? "is" : "are");
/** What a verb ends in. */
const s = (count: number) => (count === 1 ? "s" : "");

function scopeWords(impact: ImpactJson, isNew: boolean): string[] {
  const { hosts_now: now, hosts_after: after, entering, leaving, becoming_pending } = impact;
  if (isNew) return [`${hosts(after)} would be asked.`];
  const isSame = entering === 0 && leaving.hosts === 0;
  if (isSame && becoming_pending === 0) return [`The same ${hosts(after)} ${are(after)} asked.`];
  const words = isSame ? [] : [`${formatNumber(now)} → ${hosts(after)} asked.`];
  if (becoming_pending > 0) words.push(pendingWords(becoming_pending));
  if (entering > 0) {
    words.push(`Into scope: ${hosts(entering)}, pending until there is an answer.`);
  }
  if (leaving.hosts > 0) words.push(leavingWords(leaving));
  return words;
}

const pendingWords = (count: number): string =>
  `${hosts(count)} become${s(count)} pending: not known to be in scope until the labels are answered, and answers so far do not count.`;

function leavingWords(leaving: ImpactJson["leaving"]): string {
  const states = (["pass", "fail", "error", "stale", "exempt"] as const)
    .filter((state) => leaving[state] > 0)
    .map((state) => `${formatNumber(leaving[state])} ${state}`);
  const among = states.length > 0 ? `, of which now ${states.join(", ")}` : "";
  const whose = leaving.hosts === 1 ? "its" : "their";
  return `${hosts(leaving.hosts)} leave${s(leaving.hosts)} the scope${among}; ${whose} answers go into history.`;
}

function failingWords(
  { newly_failing: failing, starts_anew }: ImpactJson,
  isNew: boolean,
): string[] {
  if (failing.basis === "exact") return [];
  if (failing.basis === "unknown") {
    const whom = starts_anew ? "How many" : "How many of those that come in";
    return [`${whom} would begin to fail is not known: run it first to find out.`];
  }
  const { sampled, sampled_failing: failed, unsampled } = failing;
  // A new policy has nobody who fails it already.
  const others = isNew ? "" : ` and ${sampled === 1 ? "does" : "do"} not fail now`;
  const sample = `${formatNumber(failed)} of the ${hosts(sampled)} that ran it${others}`;
  const words =
    failing.hosts === 0
      ? `None expected to begin failing: ${sample} failed it.`
      : `About ${hosts(failing.hosts)} expected to begin failing: ${sample} failed it.`;
  return unsampled > 0
    ? [words, `Nothing is known of ${hosts(unsampled)} of platforms on which nobody ran it.`]
    : [words];
}

const VERDICTS = { pass: "may pass", fail: "is kept out", unknown: "is unknown" };

export function verdictWords({ verdicts }: Pick<ImpactJson, "verdicts">): string[] {
  if (verdicts.flips.length === 0) return ["No verdict changes at the moment of saving."];
  const about = verdicts.basis === "sample" ? "About " : "";
  return verdicts.flips.map(
    ({ from, to, hosts: count }) =>
      `${about}${hosts(count)}: from “${VERDICTS[from]}” to “${VERDICTS[to]}”${to === "unknown" ? ` until ${count === 1 ? "it answers" : "they answer"}` : ""}.`,
  );
}

const recoveredWords = (count: number): string =>
  count === 1 ? "the 1 host failing now has" : `some of ${hosts(count)} failing now have`;

type Automation = ImpactJson["automations"][number];

function webhookWords({ destination, hosts: count, basis, recovered }: Automation): string[] {
  const told =
    basis === "sample"
      ? `of about ${hosts(count)} that ${count === 1 ? "fails" : "fail"}`
      : "of every host that fails; how many is not known";
  return [
    ...(basis === "sample" && count === 0
      ? []
      : [`The webhook at ${destination} would be told ${told}.`]),
    ...(recovered > 0
      ? [`The webhook at ${destination} may be told that ${recoveredWords(recovered)} recovered.`]
      : []),
  ];
}

const automationWords = (automations: readonly Automation[]): string[] =>
  automations.length === 0
    ? ["No webhook would be told of failing or recovered hosts."]
    : automations.flatMap(webhookWords);

/** What saving would do, in sentences. */
export function impactWords(impact: ImpactJson, isNew: boolean): string[] {
  const { excluded, answers_lost: lost, automations } = impact;
  return [
    ...scopeWords(impact, isNew),
    ...(excluded > 0
      ? [`${hosts(excluded)} of these platforms ${are(excluded)} kept out by labels.`]
      : []),
    ...(lost > 0 ? [`${plural(lost, "answer")} to the old SQL stop${s(lost)} counting.`] : []),
    ...failingWords(impact, isNew),
    ...verdictWords(impact),
    ...automationWords(automations),
  ];
}

export const shareWords = ({ share }: Share): string =>
  `This concerns ${formatPercent(share)} of the hosts in scope.`;

/** Whether somebody would be surprised by it. */
export const isNotable = (impact: ImpactJson, isNew: boolean): boolean =>
  impact.confirm ||
  impact.verdicts.flips.length > 0 ||
  impact.automations.length > 0 ||
  (!isNew &&
    (impact.entering > 0 ||
      impact.leaving.hosts > 0 ||
      impact.becoming_pending > 0 ||
      impact.answers_lost > 0));
