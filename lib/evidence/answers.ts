import type { Executor } from "#db/client.ts";
import type { HostThen } from "#lib/history/states.ts";
import { type Change, type PairEvidence, pairEvidence, type Span, wasAsked } from "./pair.ts";
import { type EvidencePolicy, untilMs } from "./policies.ts";
import {
  type EvidenceOf,
  type HostVersionRow,
  selectChanges,
  selectHostVersions,
  selectReasons,
} from "./sql.ts";

/** What is held at a time: these hosts, and their changes of one policy. */
export const HOSTS_PER_STEP = 500;

export interface AnswerRow {
  policy: EvidencePolicy;
  host: HostVersionRow;
  evidence: PairEvidence;
  /** Why it was exempt at the end; null when it was not. */
  exemptReason: string | null;
}

interface EvidenceHost {
  /** As it was last in the period. */
  last: HostVersionRow;
  spans: Span<HostThen>[];
}

function byHost(versions: readonly HostVersionRow[]): EvidenceHost[] {
  const hosts = new Map<number, EvidenceHost>();
  for (const version of versions) {
    const host = hosts.get(version.hostId) ?? { last: version, spans: [] };
    host.last = version;
    host.spans.push({
      fromMs: version.at.getTime(),
      untilMs: untilMs(version.endedAt),
      value: { teamId: version.teamId, platformFamily: version.platformFamily },
    });
    hosts.set(version.hostId, host);
  }
  return [...hosts.values()];
}

/** Every host and policy that met in the period: some hosts at a time, all their policies. */
export async function* answers(
  executor: Executor,
  of: EvidenceOf,
  policies: readonly EvidencePolicy[],
): AsyncGenerator<AnswerRow[]> {
  for (let afterId = 0; ; ) {
    const hosts = byHost(await selectHostVersions(executor, of, afterId, HOSTS_PER_STEP));
    const last = hosts.at(-1);
    if (!last) return;
    afterId = last.last.hostId;
    const reasonOf = await readReasons(executor, of, policies, hosts);
    for (const policy of policies) {
      const rows = await answersOf(executor, of, policy, hosts);
      yield rows.map((row) => ({ ...row, exemptReason: reasonOf(row) }));
    }
  }
}

type Answer = Omit<AnswerRow, "exemptReason">;

async function answersOf(
  executor: Executor,
  of: EvidenceOf,
  policy: EvidencePolicy,
  hosts: readonly EvidenceHost[],
): Promise<Answer[]> {
  const period = { fromMs: of.from.getTime(), toMs: of.to.getTime() };
  const hostIds = hosts.map(({ last }) => last.hostId);
  const changes = new Map<number, Change[]>();
  for (const row of await selectChanges(executor, of, policy.id, hostIds)) {
    const ofHost = changes.get(row.hostId) ?? [];
    ofHost.push({
      id: row.id,
      revision: row.revision,
      toState: row.toState,
      atMs: row.at.getTime(),
    });
    changes.set(row.hostId, ofHost);
  }
  return hosts
    .map(({ last, spans }) => ({
      policy,
      host: last,
      evidence: pairEvidence(period, policy.spans, spans, changes.get(last.hostId) ?? []),
    }))
    .filter(({ evidence }) => wasAsked(evidence));
}

/** The host's own exemption says why, else its team's, else that of a label it may have had. */
async function readReasons(
  executor: Executor,
  of: EvidenceOf,
  policies: readonly EvidencePolicy[],
  hosts: readonly EvidenceHost[],
) {
  const policyIds = policies.map(({ id }) => id);
  const hostIds = hosts.map(({ last }) => last.hostId);
  const rows = policyIds.length > 0 ? await selectReasons(executor, policyIds, hostIds, of.to) : [];
  const byPolicy = new Map<number, typeof rows>();
  for (const row of rows) byPolicy.set(row.policyId, [...(byPolicy.get(row.policyId) ?? []), row]);
  return ({ policy, host, evidence }: Answer): string | null => {
    if (evidence.stateAtEnd !== "exempt") return null;
    const found = byPolicy.get(policy.id) ?? [];
    const reason =
      found.find((row) => row.hostId === host.hostId) ??
      found.find((row) => row.teamId !== null && row.teamId === (host.teamId ?? 0)) ??
      found.find((row) => row.labelId !== null);
    return reason?.reason ?? "";
  };
}
