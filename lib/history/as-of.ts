import { authorize, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { type HostSet, sizeOf } from "#lib/host-set.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import type {
  HostsThenJson,
  HostsThenOptions,
  HostThenReplyJson,
  PoliciesThenJson,
  PoliciesThenOptions,
  PolicyThenReplyJson,
} from "./as-of-schema.ts";
import { hostPoliciesThen, serializeHostThen, serializePolicyThen } from "./as-of-serialize.ts";
import { readHistoryLimits, requireKnown } from "./limits.ts";
import { SetsAt } from "./sets.ts";
import { changesByPair } from "./then.ts";
import {
  countPoliciesThen,
  selectHostRowsThen,
  selectLastChanges,
  selectPoliciesThen,
  type VersionThen,
} from "./then-sql.ts";

/** A host may be asked this many at most; see CARD_ENTRIES_MAX. */
const POLICIES_OF_HOST_MAX = 5_000;

async function knownMoment(at: Date): Promise<Date> {
  requireKnown(at, await readHistoryLimits(database()), "as_of");
  return at;
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

/** Policies and counts as they were, by the teams that policies and hosts were in then. */
export async function listPoliciesThen(
  viewer: Viewer,
  options: PoliciesThenOptions,
): Promise<PoliciesThenJson> {
  const { team_id: teamId, query } = options;
  if (teamId !== undefined) authorize(viewer, "policy:read", { teamId });
  const scope = teamScope(viewer, "policy:read");
  const at = await knownMoment(options.as_of);
  const db = await listDatabase();
  const wanted = { scope, at, teamId, query };
  const [count, versions] = await Promise.all([
    countPoliciesThen(db, wanted),
    selectPoliciesThen(db, wanted, pagingOf(options)),
  ]);
  const sets = new SetsAt(db, { scope, at, teamId });
  const policies = await inTurn(versions, async (version) =>
    serializePolicyThen(version, await sets.counts(version)),
  );
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
  const at = await knownMoment(options.as_of);
  const version = await versionThen(scope, at, id);
  const counts = await new SetsAt(database(), { scope, at, teamId }).counts(version);
  return { as_of: at.toISOString(), policy: serializePolicyThen(version, counts) };
}

/** Hosts as they were: exactly as many as the policy's count says, where both have the same filter. */
export async function listHostsThen(
  viewer: Viewer,
  options: HostsThenOptions,
): Promise<HostsThenJson> {
  const { team_id: teamId, query, policy_id: policyId, policy_state: state } = options;
  if (teamId !== undefined) authorize(viewer, "host:read", { teamId });
  const scope = teamScope(viewer, "host:read");
  const at = await knownMoment(options.as_of);
  const version = policyId === undefined ? undefined : await versionThen(scope, at, policyId);
  const sets = new SetsAt(await listDatabase(), { scope, at, teamId, query });
  const set: HostSet = version && state ? (await sets.of(version))[state] : await sets.all();
  const paging = { ...pagingOf(options), direction: options.order_direction };
  const rows = await selectHostRowsThen(await listDatabase(), at, set, paging);
  const policiesOf = await policiesReader(
    scope,
    at,
    rows.map((row) => row.host.hostId),
  );
  return {
    as_of: at.toISOString(),
    count: sizeOf(set),
    hosts: rows.map((row) => serializeHostThen(row, policiesOf(row), policyId)),
  };
}

/** Reads how the hosts of a page stood on every policy of the moment. */
async function policiesReader(scope: TeamScope, at: Date, hostIds: readonly number[]) {
  const limit = { limit: POLICIES_OF_HOST_MAX, offset: 0 };
  const versions = await selectPoliciesThen(await listDatabase(), { scope, at }, limit);
  const ids = versions.map(({ policyId }) => policyId);
  const lastOf = changesByPair(await selectLastChanges(await listDatabase(), ids, hostIds, at));
  return ({ host }: Parameters<typeof serializeHostThen>[0]) =>
    hostPoliciesThen(versions, host, (policyId) => lastOf(host.hostId, policyId));
}

/** One host with its policies as they were. */
export async function getHostThen(
  viewer: Viewer,
  id: number,
  options: { as_of: Date },
): Promise<HostThenReplyJson> {
  const scope = teamScope(viewer, "host:read");
  const at = await knownMoment(options.as_of);
  const page = { limit: 1, offset: 0, direction: "asc" } as const;
  const [row] = await selectHostRowsThen(database(), at, id, page);
  if (!row) throw notFound(`Host ${id} as of ${at.toISOString()}`);
  authorize(viewer, "host:read", { teamId: row.host.teamId });
  const policies = (await policiesReader(scope, at, [id]))(row);
  const asked = policies.filter(({ state }) => state !== "not_applicable");
  return {
    as_of: at.toISOString(),
    host: { ...serializeHostThen(row, policies), policies: asked },
  };
}
