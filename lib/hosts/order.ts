import { asc, desc, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import { hostAgents, hostSeen, hosts } from "#db/schema/hosts.ts";
import { teams } from "#db/schema/teams.ts";
import { difference, type HostSet, idsOf, intersection } from "#lib/host-set.ts";
import type { Paging } from "#lib/http/list-options.ts";
import type { HostOrderKey } from "./schema.ts";

export interface HostOrder {
  key: HostOrderKey;
  direction: "asc" | "desc";
  /** Only hosts whose value comes behind this one. */
  after?: string;
}

/** Tables with a row a host, beside hosts: their columns order lists without a join. */
const BESIDE = {
  seen_time: { table: hostSeen, id: hostSeen.hostId, value: hostSeen.seenAt },
  detail_updated_at: {
    table: hostAgents,
    id: hostAgents.hostId,
    value: hostAgents.detailUpdatedAt,
  },
  policy_updated_at: {
    table: hostAgents,
    id: hostAgents.hostId,
    value: hostAgents.policyUpdatedAt,
  },
} as const;

/** The status is in no column: see byStatus. */
type ReadKey = Exclude<HostOrderKey, "status">;
type OwnKey = Exclude<ReadKey, keyof typeof BESIDE>;

const isBeside = (key: ReadKey): key is keyof typeof BESIDE => key in BESIDE;

/**
 * Where a list's ids are read from; `teamIds` of all teams by name, for that order. `mixed`: the
 * table has rows of hosts that are gone.
 */
export function orderSource(key: ReadKey, teamIds: readonly number[]) {
  if (isBeside(key)) return { ...BESIDE[key], mixed: true };
  return { table: hosts, id: hosts.id, value: ownValue(key, teamIds), mixed: false };
}

/**
 * Where the host's team stands among the teams: two bytes a team, by its id. Looking up the name
 * of each host's team takes MySQL 500 ms.
 */
function rankOfTeam(teamIds: readonly number[]): SQL {
  const ranks = Buffer.alloc(2 * (Math.max(0, ...teamIds) + 1));
  for (const [rank, id] of teamIds.entries()) ranks.writeUInt16BE(rank, id * 2);
  return sql`substr(${ranks}, ${hosts.teamId} * 2 + 1, 2)`;
}

const teamName = sql`(select ${teams.name} from ${teams} where ${teams.id} = ${hosts.teamId})`;

function ownValue(key: OwnKey, teamIds: readonly number[]): SQL | MySqlColumn {
  const columns: Record<OwnKey, SQL | MySqlColumn> = {
    display_name: hosts.displayName,
    id: hosts.id,
    hostname: hosts.hostname,
    computer_name: hosts.computerName,
    uuid: hosts.uuid,
    platform: hosts.platform,
    os_version: hosts.osVersion,
    osquery_version: hosts.osqueryVersion,
    hardware_model: hosts.hardwareModel,
    hardware_vendor: hosts.hardwareVendor,
    hardware_serial: hosts.hardwareSerial,
    cpu_type: hosts.cpuType,
    memory: hosts.memoryBytes,
    primary_ip: hosts.primaryIp,
    primary_mac: hosts.primaryMac,
    public_ip: hosts.publicIp,
    gigs_disk_space_available: hosts.diskAvailableGigabytes,
    gigs_total_disk_space: hosts.diskTotalGigabytes,
    percent_disk_space_available: sql`${hosts.diskAvailableGigabytes} / ${hosts.diskTotalGigabytes}`,
    last_restarted_at: hosts.lastRestartedAt,
    team_id: hosts.teamId,
    team_name: rankOfTeam(teamIds),
    created_at: hosts.createdAt,
    updated_at: hosts.updatedAt,
    last_enrolled_at: hosts.lastEnrolledAt,
    issues: hosts.failingPoliciesCount,
    failing_policies_count: hosts.failingPoliciesCount,
    failing_critical_policies_count: hosts.failingCriticalPoliciesCount,
    verdict: hosts.verdict,
  };
  return columns[key];
}

/** The ids of a set by status, offline (0) before online (1), and then by id. */
export function byStatus(order: HostOrder, all: HostSet, online: HostSet): number[] {
  const groups = [idsOf(difference(all, online)), idsOf(intersection(all, online))];
  const after = order.after === undefined ? undefined : Number(order.after);
  if (order.direction === "asc") {
    return groups.flatMap((ids, status) => (after === undefined || status > after ? ids : []));
  }
  const behind = groups.flatMap((ids, status) =>
    after === undefined || status < after ? ids : [],
  );
  return behind.reverse();
}

/** A page, and from which end of the list it is read. */
export interface ReadPage {
  order: HostOrder;
  paging: Paging;
  isReversed: boolean;
}

/**
 * Reads a page in the second half of `size` hosts from the end, in the opposite order: what is skipped
 * is read and sorted all the same.
 */
export function fromNearerEnd(order: HostOrder, paging: Paging, size: number): ReadPage {
  const { offset } = paging;
  if (order.after !== undefined || offset * 2 < size) return { order, paging, isReversed: false };
  const limit = Math.max(0, Math.min(paging.limit, size - offset));
  const direction = order.direction === "asc" ? "desc" : "asc";
  return {
    order: { ...order, direction },
    paging: { limit, offset: Math.max(0, size - offset - limit) },
    isReversed: true,
  };
}

/** By value and then id, which tells equal values apart. */
export function inOrder(order: HostOrder, value: SQL | MySqlColumn, id: MySqlColumn): SQL[] {
  const direction = order.direction === "desc" ? desc : asc;
  return value === id ? [direction(id)] : [direction(value), direction(id)];
}

export function isBehind(order: HostOrder, value: SQL | MySqlColumn): SQL | undefined {
  if (order.after === undefined) return undefined;
  const behind = order.direction === "desc" ? sql`<` : sql`>`;
  return sql`${order.key === "team_name" ? teamName : value} ${behind} ${order.after}`;
}
