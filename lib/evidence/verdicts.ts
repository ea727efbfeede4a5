import type { Executor } from "#db/client.ts";
import { VERDICTS_THEN } from "#lib/history/states.ts";
import { selectVerdictsDuring, type VerdictSpan } from "#lib/history/verdicts-sql.ts";
import type { Verdict } from "#lib/membership/verdict.ts";
import { type EvidenceHost, readHosts } from "./hosts.ts";
import { pagesOfHosts, ROWS_PER_READ } from "./pages.ts";
import type { EvidenceOf, HostVersionRow } from "./sql.ts";

export interface VerdictEvidence {
  host: HostVersionRow;
  /** undefined: the host was not there, or its verdict was not kept yet. */
  atStart: Verdict | undefined;
  atEnd: Verdict | undefined;
  /** Milliseconds of the period with each verdict, while the host was in sight. */
  spentMs: Record<Verdict, number>;
}

/** What gateways were told of every host of the period: some hosts at a time, `rowsMax` verdicts. */
export async function* verdicts(
  executor: Executor,
  of: EvidenceOf,
  rowsMax = ROWS_PER_READ,
): AsyncGenerator<VerdictEvidence[]> {
  for await (const hosts of readHosts(executor, of, [])) {
    const found = new Map(hosts.map((host) => [host.last.hostId, evidenceOf(host)]));
    const pages = pagesOfHosts([...found.keys()], rowsMax, (ids, after: VerdictSpan | undefined) =>
      selectVerdictsDuring(executor, ids, of, after, rowsMax),
    );
    for await (const page of pages) {
      for (const row of page) {
        const one = found.get(row.hostId);
        if (one) count(of, one, row);
      }
    }
    yield [...found.values()].map(({ evidence }) => evidence);
  }
}

const evidenceOf = ({ last: host, spans }: EvidenceHost) => {
  const spentMs: Record<Verdict, number> = { pass: 0, fail: 0, unknown: 0 };
  const evidence: VerdictEvidence = { host, atStart: undefined, atEnd: undefined, spentMs };
  return { spans, evidence };
};

/** Adds what a verdict was of the period, while the host was in sight. */
function count(
  { from, to }: EvidenceOf,
  { spans, evidence }: ReturnType<typeof evidenceOf>,
  row: VerdictSpan,
): void {
  const period = { fromMs: from.getTime(), toMs: to.getTime() };
  const verdict = VERDICTS_THEN.find((one) => one === row.verdict);
  if (!verdict) return;
  for (const span of spans) {
    const fromMs = Math.max(span.fromMs, row.at.getTime());
    const untilMs = Math.min(span.untilMs, row.endedAt.getTime());
    const spent = Math.min(untilMs, period.toMs) - Math.max(fromMs, period.fromMs);
    evidence.spentMs[verdict] += Math.max(0, spent);
    if (fromMs <= period.fromMs && period.fromMs < untilMs) evidence.atStart = verdict;
    if (fromMs <= period.toMs && period.toMs < untilMs) evidence.atEnd = verdict;
  }
}
