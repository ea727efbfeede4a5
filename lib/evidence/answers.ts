import type { Executor } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { labelSetsThen } from "#lib/history/labels-then.ts";
import { selectLastChanges } from "#lib/history/then-sql.ts";
import { type HostSet, has } from "#lib/host-set.ts";
import { type EvidenceHost, readHosts } from "./hosts.ts";
import { pagesOfHosts, ROWS_PER_READ } from "./pages.ts";
import { type PairEvidence, PairWalk, wasAsked } from "./pair.ts";
import type { EvidencePolicy } from "./policies.ts";
import {
  type ChangeRow,
  type EvidenceOf,
  type HostVersionRow,
  selectChanges,
  selectReasons,
} from "./sql.ts";

const HOSTS_PER_TURN = 20;

export interface AnswerRow {
  policy: EvidencePolicy;
  host: HostVersionRow;
  evidence: PairEvidence;
  /** Why it was exempt at the end; null when it was not. */
  exemptReason: string | null;
}

/**
 * Every host and policy that met in the period: some hosts at a time, all their policies, and of their
 * changes `rowsMax` at a time.
 */
export async function* answers(
  executor: Executor,
  of: EvidenceOf,
  policies: readonly EvidencePolicy[],
  rowsMax = ROWS_PER_READ,
): AsyncGenerator<AnswerRow[]> {
  const labels: LabelMembers = new Map();
  for await (const hosts of readHosts(executor, of, policies)) {
    const reasonOf = await readReasons(executor, of, policies, hosts, labels);
    for (const policy of policies) {
      const rows = await answersOf(executor, of, policy, hosts, rowsMax);
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
  rowsMax: number,
): Promise<Answer[]> {
  const period = { fromMs: of.from.getTime(), toMs: of.to.getTime() };
  const walks = new Map(
    hosts.map(({ last, spans }) => [last.hostId, new PairWalk(period, policy.spans, spans)]),
  );
  for await (const page of changesOf(executor, of, policy.id, [...walks.keys()], rowsMax)) {
    for (const { at, ...change } of page) {
      walks.get(change.hostId)?.add({ ...change, atMs: at.getTime() });
    }
  }
  const found: Answer[] = [];
  for (const [index, { last }] of hosts.entries()) {
    // Others' requests come in between.
    if (index % HOSTS_PER_TURN === 0) await new Promise((resume) => setImmediate(resume));
    const evidence = walks.get(last.hostId)?.end();
    if (evidence && wasAsked(evidence)) found.push({ policy, host: last, evidence });
  }
  return found;
}

/** Of each host the last change before the period, and then those in it, the oldest first. */
export async function* changesOf(
  executor: Executor,
  of: EvidenceOf,
  policyId: number,
  hostIds: readonly number[],
  rowsMax: number,
): AsyncGenerator<Pick<ChangeRow, "id" | "hostId" | "revision" | "toState" | "at">[]> {
  yield await selectLastChanges(executor, [policyId], hostIds, of.from);
  yield* pagesOfHosts(hostIds, rowsMax, (ids, after: ChangeRow | undefined) =>
    selectChanges(executor, of, policyId, ids, after, rowsMax),
  );
}

/** Of labels that exemptions name, who was a member at the end; read when the first one is met. */
type LabelMembers = Map<number, HostSet>;

async function readMembers(
  executor: Executor,
  { to }: EvidenceOf,
  ids: readonly number[],
  known: LabelMembers,
): Promise<void> {
  const wanted = [...new Set(ids)].filter((id) => !known.has(id));
  if (wanted.length === 0) return;
  // Of every team: whose rows are told is decided already.
  const scope = teamScope(SYSTEM, "host:read");
  const sets = await labelSetsThen(executor, wanted, { scope, at: to });
  for (const id of wanted) known.set(id, sets.get(id)?.members ?? Buffer.alloc(0));
}

/** The host's own exemption says why, else its team's, else that of a label it had. */
async function readReasons(
  executor: Executor,
  of: EvidenceOf,
  policies: readonly EvidencePolicy[],
  hosts: readonly EvidenceHost[],
  labels: LabelMembers,
) {
  const policyIds = policies.map(({ id }) => id);
  const hostIds = hosts.map(({ last }) => last.hostId);
  const rows = policyIds.length > 0 ? await selectReasons(executor, policyIds, hostIds, of.to) : [];
  const labelIds = rows.flatMap(({ labelId }) => labelId ?? []);
  await readMembers(executor, of, labelIds, labels);
  const isMember = (labelId: number, hostId: number) =>
    has(labels.get(labelId) ?? Buffer.alloc(0), hostId);
  const byPolicy = new Map<number, typeof rows>();
  for (const row of rows) byPolicy.set(row.policyId, [...(byPolicy.get(row.policyId) ?? []), row]);
  return ({ policy, host, evidence }: Answer): string | null => {
    if (evidence.stateAtEnd !== "exempt") return null;
    const found = byPolicy.get(policy.id) ?? [];
    const ofLabels = found.filter(({ labelId }) => labelId !== null);
    const reason =
      found.find((row) => row.hostId === host.hostId) ??
      found.find((row) => row.teamId !== null && row.teamId === (host.teamId ?? 0)) ??
      ofLabels.find(({ labelId }) => isMember(labelId ?? 0, host.hostId)) ??
      // The one there is, though who its members were is not kept any more.
      (ofLabels.length === 1 ? ofLabels[0] : undefined);
    return reason?.reason ?? "";
  };
}
