import type { Executor } from "#db/client.ts";
import { spansByHost } from "#lib/history/labels-then.ts";
import { VERDICTS_THEN } from "#lib/history/states.ts";
import { selectVerdictsDuring, type VerdictSpan } from "#lib/history/verdicts-sql.ts";
import type { Verdict } from "#lib/membership/verdict.ts";
import { type EvidenceHost, readHosts } from "./hosts.ts";
import type { EvidenceOf, HostVersionRow } from "./sql.ts";

export interface VerdictEvidence {
  host: HostVersionRow;
  /** undefined: the host was not there, or its verdict was not kept yet. */
  atStart: Verdict | undefined;
  atEnd: Verdict | undefined;
  /** Milliseconds of the period with each verdict, while the host was in sight. */
  spentMs: Record<Verdict, number>;
}

/** What gateways were told of every host of the period: some hosts at a time. */
export async function* verdicts(
  executor: Executor,
  of: EvidenceOf,
): AsyncGenerator<VerdictEvidence[]> {
  for await (const hosts of readHosts(executor, of, [])) {
    const hostIds = hosts.map(({ last }) => last.hostId);
    const spans = spansByHost(await selectVerdictsDuring(executor, hostIds, of.from, of.to));
    yield hosts.map((host) => evidenceOf(of, host, spans.get(host.last.hostId) ?? []));
  }
}

function evidenceOf(
  of: EvidenceOf,
  { last, spans }: EvidenceHost,
  given: readonly VerdictSpan[],
): VerdictEvidence {
  const period = { fromMs: of.from.getTime(), toMs: of.to.getTime() };
  const spentMs: Record<Verdict, number> = { pass: 0, fail: 0, unknown: 0 };
  const found: Record<"atStart" | "atEnd", Verdict | undefined> = {
    atStart: undefined,
    atEnd: undefined,
  };
  for (const row of given) {
    const verdict = VERDICTS_THEN.find((one) => one === row.verdict);
    if (!verdict) continue;
    for (const span of spans) {
      const fromMs = Math.max(span.fromMs, row.at.getTime());
      const untilMs = Math.min(span.untilMs, row.endedAt.getTime());
      const spent = Math.min(untilMs, period.toMs) - Math.max(fromMs, period.fromMs);
      spentMs[verdict] += Math.max(0, spent);
      if (fromMs <= period.fromMs && period.fromMs < untilMs) found.atStart = verdict;
      if (fromMs <= period.toMs && period.toMs < untilMs) found.atEnd = verdict;
    }
  }
  return { host: last, ...found, spentMs };
}
