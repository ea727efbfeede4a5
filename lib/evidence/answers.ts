import type { Executor } from "#db/client.ts";
import { type EvidenceHost, readHosts } from "./hosts.ts";
import { type Change, type PairEvidence, pairEvidence, wasAsked } from "./pair.ts";
import type { EvidencePolicy } from "./policies.ts";
import { type EvidenceOf, type HostVersionRow, selectChanges, selectReasons } from "./sql.ts";

export interface AnswerRow {
  policy: EvidencePolicy;
  host: HostVersionRow;
  evidence: PairEvidence;
  /** Why it was exempt at the end; null when it was not. */
  exemptReason: string | null;
}

/** Every host and policy that met in the period: some hosts at a time, all their policies. */
export async function* answers(
  executor: Executor,
  of: EvidenceOf,
  policies: readonly EvidencePolicy[],
): AsyncGenerator<AnswerRow[]> {
  for await (const hosts of readHosts(executor, of, policies)) {
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
