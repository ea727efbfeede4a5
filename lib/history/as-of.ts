import { authorize, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { type HostSet, intersection, sizeOf } from "#lib/host-set.ts";
import { type Paging, pagingOf } from "#lib/http/list-options.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import type {
  HostsThenJson,
  HostsThenOptions,
  HostThenReplyJson,
  PoliciesThenJson,
  PoliciesThenOptions,
  PolicyThenReplyJson,
} from "./as-of-schema.ts";
import {
  type HostSeenThen,
  hostPoliciesThen,
  serializeFactsThen,
  serializeHostThen,
  serializePolicyThen,
} from "./as-of-serialize.ts";
import { labelReader } from "./labels-then.ts";
import {
  type HistoryLimits,
  isFull,
  readHistoryLimits,
  requireFull,
  requireKnown,
} from "./limits.ts";
import { SetsAt } from "./sets.ts";
import { changesByPair, policyThen } from "./then.ts";
import {
  countPoliciesThen,
  type HostRowThen,
  type PoliciesThen,
  selectHostPageThen,
  selectHostRowsThen,
  selectLastChanges,
  selectPoliciesThen,
  type VersionThen,
} from "./then-sql.ts";
import { selectVerdictSetsThen, selectVerdictsThen } from "./verdicts-sql.ts";

/** A host may be asked this many at most; see CARD_ENTRIES_MAX. */
export const EVERY_POLICY: Paging = { limit: 5_000, offset: 0 };

/** Throws `bad_request` for a moment that nobody knows about. */
async function knownMoment(at: Date): Promise<HistoryLimits> {
  const limits = await readHistoryLimits(database());
  requireKnown(at, limits, "as_of");
  return limits;
}

/** Policies counted at a time: all of a page would take every connection that people have. */
const AT_ONCE = 3;

async function inTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let at = 0; at < items.length; at += AT_ONCE) {
    done.push(...(await Promise.all(items.slice(at, at + AT_ONCE).map(work))));
  }
  return done;
}

/** A page of the policies of a moment that is known about, and the hosts to count them by. */
export async function policyPageThen(policies: PoliciesThen, paging: Paging) {
  const { scope, at, teamId } = policies;
  const limits = await knownMoment(at);
  const db = await listDatabase();
  const [count, versions] = await Promise.all([
    countPoliciesThen(db, policies),
    selectPoliciesThen(db, policies, paging),
  ]);
  return { limits, count, versions, sets: new SetsAt(db, { scope, at, teamId }, limits) };
}

export const pageMetaThen = (count: number, { limit, offset }: Paging) => ({
  has_next_results: offset + limit < count,
  has_previous_results: offset > 0,
});

/** With their counts. */
export const countedThen = (versions: readonly VersionThen[], sets: SetsAt) =>
  inTurn(versions, (version) => serializePolicyThen(version, sets));

/** Policies and counts as they were, by the teams that policies and hosts were in then. */
export async function listPoliciesThen(
  viewer: Viewer,
  options: PoliciesThenOptions,
): Promise<PoliciesThenJson> {
  const { team_id: teamId, query, tag: tags, framework } = options;
  if (teamId !== undefined) authorize(viewer, "policy:read", { teamId });
  const scope = teamScope(viewer, "policy:read");
  const at = options.as_of;
  const wanted = { scope, at, teamId, query, tags, framework };
  const { count, versions, sets } = await policyPageThen(wanted, pagingOf(options));
  const policies = options.without_counts
    ? versions.map((version) => serializeFactsThen(version, sets))
    : await countedThen(versions, sets);
  return { as_of: at.toISOString(), count, policies };
}

async function versionThen(scope: TeamScope, at: Date, id: number): Promise<VersionThen> {
  const [version] = await selectPoliciesThen(database(), { scope, at, ids: [id] });
  if (!version) throw notFound(`Policy ${id} as of ${at.toISOString()}`);
  return version;
}

/** One policy as it was. Throws `not_found` when there was none then, or of a team out of sight. */
export async function getPolicyThen(
  viewer: Viewer,
  id: number,
  options: { as_of: Date; team_id?: number },
): Promise<PolicyThenReplyJson> {
  const { team_id: teamId } = options;
  if (teamId !== undefined) authorize(viewer, "policy:read", { teamId });
  const scope = teamScope(viewer, "policy:read");
  const at = options.as_of;
  const limits = await knownMoment(at);
  const version = await versionThen(scope, at, id);
  const sets = new SetsAt(database(), { scope, at, teamId }, limits);
  return { as_of: at.toISOString(), policy: await serializePolicyThen(version, sets) };
}

/** Hosts as they were: exactly as many as the policy's count says, where both have the same filter. */
export async function listHostsThen(
  viewer: Viewer,
  options: HostsThenOptions,
): Promise<HostsThenJson> {
  const { team_id: teamId, policy_id: policyId } = options;
  if (teamId !== undefined) authorize(viewer, "host:read", { teamId });
  const scope = teamScope(viewer, "host:read");
  const at = options.as_of;
  const limits = await knownMoment(at);
  const set = await hostsOf(scope, options, limits);
  const paging = { ...pagingOf(options), direction: options.order_direction };
  const rows = await selectHostPageThen(await listDatabase(), at, set, paging);
  const seen = await seenThen(scope, at, limits, rows);
  return {
    as_of: at.toISOString(),
    count: sizeOf(set),
    hosts: seen.map((host) => serializeHostThen(host, policyId)),
  };
}

/** The hosts that every filter leaves. */
async function hostsOf(
  scope: TeamScope,
  options: HostsThenOptions,
  limits: HistoryLimits,
): Promise<HostSet> {
  const { as_of: at, team_id: teamId, query, policy_id: policyId, policy_state: state } = options;
  const { verdict, label_id: labelId } = options;
  if (verdict) requireFull(at, limits, "verdict");
  if (labelId !== undefined) requireFull(at, limits, "label_id");
  const version = policyId === undefined ? undefined : await versionThen(scope, at, policyId);
  const db = await listDatabase();
  const sets = new SetsAt(db, { scope, at, teamId, query }, limits);
  const chosen = await Promise.all([
    version && state ? sets.of(version).then((states) => states[state]) : sets.all(),
    verdict ? selectVerdictSetsThen(db, [verdict], at).then((had) => had[verdict]) : [],
    labelId === undefined ? [] : sets.standings(labelId).then(({ members }) => members),
  ]);
  return chosen.filter((set) => Buffer.isBuffer(set)).reduce(intersection);
}

/** Reads how the hosts of a page stood on every policy of the moment, and their verdicts. */
async function seenThen(
  scope: TeamScope,
  at: Date,
  limits: HistoryLimits,
  rows: readonly HostRowThen[],
): Promise<HostSeenThen[]> {
  const db = await listDatabase();
  const hostIds = rows.map(({ host }) => host.hostId);
  const versions = await selectPoliciesThen(db, { scope, at }, EVERY_POLICY);
  const labelIds = versions.flatMap((version) => labelIdsOf(policyThen(version).labelScope));
  const [changes, verdicts, labels] = await Promise.all([
    selectLastChanges(
      db,
      versions.map(({ policyId }) => policyId),
      hostIds,
      at,
    ),
    selectVerdictsThen(db, hostIds, at),
    isFull(at, limits) ? labelReader(db, [...new Set(labelIds)], hostIds, at) : undefined,
  ]);
  const lastOf = changesByPair(changes);
  return rows.map((row) => {
    const { hostId } = row.host;
    const host = { ...row.host, labels: labels?.(row.host) };
    const policies = hostPoliciesThen(versions, host, (policyId) => lastOf(hostId, policyId));
    return { row, policies, verdict: verdicts.get(hostId) };
  });
}

/** One host with its policies as they were. */
export async function getHostThen(
  viewer: Viewer,
  id: number,
  options: { as_of: Date },
): Promise<HostThenReplyJson> {
  const scope = teamScope(viewer, "host:read");
  const at = options.as_of;
  const limits = await knownMoment(at);
  const rows = await selectHostRowsThen(database(), at, [id]);
  if (rows[0]) authorize(viewer, "host:read", { teamId: rows[0].host.teamId });
  const [host] = await seenThen(scope, at, limits, rows);
  if (!host) throw notFound(`Host ${id} as of ${at.toISOString()}`);
  const policies = host.policies.filter(({ state }) => state !== "not_applicable");
  return { as_of: at.toISOString(), host: { ...serializeHostThen(host), policies } };
}
