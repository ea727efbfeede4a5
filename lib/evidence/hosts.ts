import type { Executor } from "#db/client.ts";
import {
  type LabelSpan,
  type LabelVersion,
  selectLabelSpans,
  selectLabelsDuring,
} from "#lib/history/labels-sql.ts";
import { answersOf, labelsOf, rulesOf, spansByHost } from "#lib/history/labels-then.ts";
import type { HostThen } from "#lib/history/states.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import type { Labels } from "#lib/membership/label-card.ts";
import type { Span } from "./pair.ts";
import { type EvidencePolicy, untilMs } from "./policies.ts";
import { type EvidenceOf, type HostVersionRow, selectHostVersions } from "./sql.ts";

/** What is held at a time: these hosts, and some of their changes of one policy. */
export const HOSTS_PER_STEP = 500;

export interface EvidenceHost {
  /** As it was last in the period. */
  last: HostVersionRow;
  spans: Span<HostThen>[];
}

/** What labels were during the period: those that policies went by. */
interface LabelsDuring {
  ids: number[];
  versions: LabelVersion[];
}

/** The hosts of the period with what they were, some at a time. */
export async function* readHosts(
  executor: Executor,
  of: EvidenceOf,
  policies: readonly EvidencePolicy[],
): AsyncGenerator<EvidenceHost[]> {
  const scopes = policies.flatMap(({ spans }) => spans.map(({ value }) => value.labelScope));
  const ids = [...new Set(scopes.flatMap(labelIdsOf))];
  const labels = { ids, versions: await selectLabelsDuring(executor, ids, of.from, of.to) };
  for (let afterId = 0; ; ) {
    const versions = await selectHostVersions(executor, of, afterId, HOSTS_PER_STEP);
    const last = versions.at(-1);
    if (!last) return;
    afterId = last.hostId;
    const hostIds = [...new Set(versions.map(({ hostId }) => hostId))];
    const rows = await selectLabelSpans(executor, ids, hostIds, of.from, of.to);
    yield byHost(of, versions, labels, spansByHost(rows));
  }
}

function byHost(
  of: EvidenceOf,
  versions: readonly HostVersionRow[],
  labels: LabelsDuring,
  spansOf: ReadonlyMap<number, LabelSpan[]>,
): EvidenceHost[] {
  const hosts = new Map<number, EvidenceHost>();
  for (const version of versions) {
    const host = hosts.get(version.hostId) ?? { last: version, spans: [] };
    host.last = version;
    host.spans.push(...piecesOf(of, version, labels, spansOf.get(version.hostId) ?? []));
    hosts.set(version.hostId, host);
  }
  return [...hosts.values()];
}

/** A host's version, cut where what is known of its labels changed. */
function piecesOf(
  { from, to, fullAt }: EvidenceOf,
  version: HostVersionRow,
  labels: LabelsDuring,
  rows: readonly LabelSpan[],
): Span<HostThen>[] {
  const { teamId, platformFamily } = version;
  const fromMs = version.at.getTime();
  const endMs = untilMs(version.endedAt);
  if (labels.ids.length === 0) {
    return [{ fromMs, untilMs: endMs, value: { teamId, platformFamily, labels: undefined } }];
  }
  const known = [...labels.versions, ...rows];
  const all = known.flatMap((one) => [one.at.getTime(), untilMs(one.endedAt)]);
  const beganMs = Math.max(fromMs, from.getTime());
  const cuts = [...all, fullAt?.getTime() ?? 0].filter(
    (ms) => ms > beganMs && ms < endMs && ms <= to.getTime(),
  );
  const moments = [beganMs, ...new Set(cuts)].sort((a, b) => a - b);
  return moments.map((ms, index) => {
    const isKept = fullAt !== undefined && ms >= fullAt.getTime();
    return {
      fromMs: ms,
      untilMs: moments[index + 1] ?? endMs,
      value: {
        teamId,
        platformFamily,
        labels: isKept ? labelsAt(labels.versions, version, rows, ms) : undefined,
      },
    };
  });
}

function labelsAt(
  versions: readonly LabelVersion[],
  host: HostVersionRow,
  rows: readonly LabelSpan[],
  ms: number,
): Labels {
  const wasSo = (one: { at: Date; endedAt: Date | null }) =>
    one.at.getTime() <= ms && ms < untilMs(one.endedAt);
  return labelsOf(rulesOf(versions.filter(wasSo)), host, answersOf(rows.filter(wasSo)));
}
