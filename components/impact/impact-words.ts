import { formatNumber, formatPercent, plural } from "#lib/format.ts";
import type { ImpactJson } from "#lib/impact/schema.ts";

const hosts = (count: number) => plural(count, "host");

function scopeWords(impact: ImpactJson, isNew: boolean): string[] {
  const { hosts_now: now, hosts_after: after, entering, leaving } = impact;
  if (isNew) return [`${hosts(after)} would be asked.`];
  if (entering === 0 && leaving.hosts === 0) return [`The same ${hosts(after)} are asked.`];
  const words = [`${formatNumber(now)} → ${hosts(after)} asked.`];
  if (entering > 0) {
    words.push(`Into scope: ${hosts(entering)}, pending until there is an answer.`);
  }
  if (leaving.hosts > 0) words.push(leavingWords(leaving));
  return words;
}

function leavingWords(leaving: ImpactJson["leaving"]): string {
  const states = (["pass", "fail", "error", "stale", "exempt"] as const)
    .filter((state) => leaving[state] > 0)
    .map((state) => `${formatNumber(leaving[state])} ${state}`);
  const among = states.length > 0 ? `, of which now ${states.join(", ")}` : "";
  return `${hosts(leaving.hosts)} leave the scope${among}; their answers go into history.`;
}

function failingWords({ newly_failing: failing, starts_anew }: ImpactJson): string[] {
  if (failing.basis === "sample") {
    const { sampled, sampled_failing: failed } = failing;
    if (failed === 0) return [`None expected to fail: ${hosts(sampled)} ran it and none failed.`];
    return [
      `About ${hosts(failing.hosts)} expected to fail: ${formatNumber(failed)} of the ${formatNumber(sampled)} that ran it did.`,
    ];
  }
  return starts_anew && failing.basis === "unknown"
    ? ["How many would fail is not known: run it first to find out."]
    : [];
}

const VERDICTS = { pass: "may pass", fail: "is kept out", unknown: "is unknown" };

function verdictWords({ verdicts }: ImpactJson): string[] {
  if (verdicts.flips.length === 0) return ["No verdict changes at the moment of saving."];
  const about = verdicts.basis === "sample" ? "about " : "";
  return verdicts.flips.map(
    ({ from, to, hosts: count }) =>
      `${about}${hosts(count)}: from “${VERDICTS[from]}” to “${VERDICTS[to]}”${to === "unknown" ? ` until ${count === 1 ? "it answers" : "they answer"}` : ""}.`,
  );
}

function automationWords(automations: ImpactJson["automations"]): string[] {
  if (automations.length === 0) return ["No automation would be started."];
  return automations.map(({ destination, hosts: count, basis }) =>
    basis === "sample"
      ? `The webhook at ${destination} would be told of about ${hosts(count)}.`
      : `The webhook at ${destination} would be told of every host that fails; how many is not known.`,
  );
}

/** What saving would do, in sentences. */
export function impactWords(impact: ImpactJson, isNew: boolean): string[] {
  const { excluded, answers_lost: lost, automations } = impact;
  return [
    ...scopeWords(impact, isNew),
    ...(excluded > 0 ? [`${hosts(excluded)} of these platforms are kept out by labels.`] : []),
    ...(lost > 0 ? [`${plural(lost, "answer")} to the old SQL stop counting.`] : []),
    ...failingWords(impact),
    ...verdictWords(impact),
    ...automationWords(automations),
  ];
}

export const shareWords = ({ share }: ImpactJson): string =>
  `This concerns ${formatPercent(share)} of the hosts in scope.`;

/** Whether somebody would be surprised by it. */
export const isNotable = (impact: ImpactJson, isNew: boolean): boolean =>
  impact.confirm ||
  impact.verdicts.flips.length > 0 ||
  (!isNew && (impact.entering > 0 || impact.leaving.hosts > 0 || impact.answers_lost > 0));
