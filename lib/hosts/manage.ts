import { type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { moveHostsToTeam, retireHosts } from "#lib/membership/membership.ts";
import { touchAgents } from "#lib/membership/sql.ts";
import { hostScope, orderOf, resolveFilters } from "./hosts.ts";
import type { HostFilters } from "./schema.ts";
import { selectHostIds } from "./selection.ts";
import { displayName } from "./serialize.ts";
import { deleteHostRows, lockRefetch, selectHostTeams, selectTeam } from "./sql.ts";

/** Hosts per transaction of a bulk change: short enough not to hold up the agents' writes. */
const HOSTS_PER_TRANSACTION = 500;

type Named = Awaited<ReturnType<typeof selectHostTeams>>[number];

const namesOf = (hosts: readonly Named[]) => ({
  host_ids: hosts.map((host) => host.id),
  host_display_names: hosts.map(displayName),
});

/**
 * Asks a host for all details and policies at its next check-in. Asking again while the host has
 * not answered starts over: what it found before may be from before the person's fix.
 */
export async function refetchHost(viewer: Viewer, id: number): Promise<void> {
  await hostScope(viewer, "host:refetch", id);
  await requestRefetch(viewer, id, "console");
}

/** Without a check of permission: for My device, whose link is the permission. */
export function requestRefetch(
  viewer: Viewer,
  id: number,
  source: "console" | "my_device",
): Promise<void> {
  return transaction(database(), async (tx) => {
    const [host] = await selectHostTeams(tx, [id]);
    const pending = await lockRefetch(tx, id);
    if (!host || pending === undefined) throw notFound(`Host ${id}`);
    await touchAgents(tx, [id], { refetchRequestedAt: "now" });
    if (pending) return;
    await recordActivity(tx, viewer, {
      type: "requested_refetch",
      teamId: host.teamId,
      details: { host_id: id, host_display_name: displayName(host), source },
    });
  });
}

/** Runs a change over hosts in bounded transactions; hosts gone in between are passed over. */
async function inTransactions(
  viewer: Viewer,
  ids: readonly number[],
  change: (tx: Transaction, hosts: Named[]) => Promise<void>,
): Promise<void> {
  for (let at = 0; at < ids.length; at += HOSTS_PER_TRANSACTION) {
    const step = ids.slice(at, at + HOSTS_PER_TRANSACTION);
    await transaction(database(), async (tx) => {
      const hosts = await selectHostTeams(tx, step);
      for (const host of hosts) authorize(viewer, "host:write", host);
      if (hosts.length > 0) await change(tx, hosts);
    });
  }
}

/** Throws `not_found` or `forbidden` before anything is done, should one id not be the viewer's. */
async function requireHosts(viewer: Viewer, ids: readonly number[]): Promise<number[]> {
  teamScope(viewer, "host:write");
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const hosts = await selectHostTeams(database(), wanted);
  for (const host of hosts) authorize(viewer, "host:write", host);
  const known = new Set(hosts.map((host) => host.id));
  const missing = wanted.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound(`Host ${missing}`);
  return wanted;
}

async function matchingHosts(scope: TeamScope, filters: HostFilters): Promise<number[]> {
  const conditions = await resolveFilters(scope, filters);
  return selectHostIds(database(), scope, conditions, orderOf({}));
}

/**
 * Deletes hosts with their answers and keys. A machine that still runs osquery enrolls anew, as
 * another host.
 */
export async function deleteHosts(viewer: Viewer, ids: readonly number[]): Promise<void> {
  await deleteInTransactions(viewer, await requireHosts(viewer, ids));
}

export async function deleteMatchingHosts(viewer: Viewer, filters: HostFilters): Promise<void> {
  const scope = teamScope(viewer, "host:write");
  await deleteInTransactions(viewer, await matchingHosts(scope, filters));
}

function deleteInTransactions(viewer: Viewer, ids: readonly number[]): Promise<void> {
  return inTransactions(viewer, ids, async (tx, hosts) => {
    const step = hosts.map((host) => host.id);
    await retireHosts(tx, step);
    await deleteHostRows(tx, step);
    await recordActivity(tx, viewer, { type: "deleted_hosts", details: namesOf(hosts) });
  });
}

/** The team to move to. Authorizes on it before telling whether it exists. */
async function requireDestination(viewer: Viewer, teamId: number | null) {
  authorize(viewer, "host:write", { teamId });
  if (teamId === null) return { id: null, name: null };
  const team = await selectTeam(database(), teamId);
  if (!team) throw notFound(`Team ${teamId}`);
  return team;
}

type Destination = Awaited<ReturnType<typeof requireDestination>>;

/** Moves hosts to a team (null: none). The viewer must be allowed to write both ends. */
export async function transferHosts(
  viewer: Viewer,
  teamId: number | null,
  ids: readonly number[],
): Promise<void> {
  const team = await requireDestination(viewer, teamId || null);
  await transferInTransactions(viewer, team, await requireHosts(viewer, ids));
}

export async function transferMatchingHosts(
  viewer: Viewer,
  teamId: number | null,
  filters: HostFilters,
): Promise<void> {
  const team = await requireDestination(viewer, teamId || null);
  const scope = teamScope(viewer, "host:write");
  await transferInTransactions(viewer, team, await matchingHosts(scope, filters));
}

function transferInTransactions(
  viewer: Viewer,
  team: Destination,
  ids: readonly number[],
): Promise<void> {
  return inTransactions(viewer, ids, async (tx, hosts) => {
    const moving = hosts.filter((host) => host.teamId !== team.id);
    if (moving.length === 0) return;
    await moveHostsToTeam(
      tx,
      moving.map((host) => host.id),
      team.id,
    );
    const before = moving.map((host) => host.teamId);
    await recordActivity(tx, viewer, {
      type: "transferred_hosts",
      teamId: team.id,
      details: {
        team_id: team.id,
        team_name: team.name,
        ...namesOf(moving),
        before: { team_ids: before },
        after: { team_id: team.id },
      },
    });
  });
}
