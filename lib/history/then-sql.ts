import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  inArray,
  isNull,
  lte,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { RowDataPacket } from "mysql2/promise";
import type { Executor } from "#db/client.ts";
import { hostVersions } from "#db/schema/hosts.ts";
import type { labelVersions } from "#db/schema/labels.ts";
import { policyVersions } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";
import { blocksOf, type HostSet, hostSet, isIn } from "#lib/host-set.ts";
import { likeText, type Paging } from "#lib/http/list-options.ts";
import { PLATFORMS } from "#lib/osquery/platform.ts";
import { ANSWERED_THEN, type AnsweredThen } from "./states.ts";

/** Versions that were in force at a moment. The one that ended just then was not any more. */
export const inForce = (
  versions: typeof hostVersions | typeof policyVersions | typeof labelVersions,
  at: Date,
): SQL => {
  const began = "createdAt" in versions ? versions.createdAt : versions.at;
  const open = or(isNull(versions.endedAt), gt(versions.endedAt, at));
  return sql`${lte(began, at)} and ${open}`;
};

export interface HostsThen {
  scope: TeamScope;
  at: Date;
  /** 0: hosts in no team. */
  teamId?: number;
  /** darwin, windows, linux, chrome; undefined: every one, also unknown ones. */
  families?: readonly string[];
  /** Part of a name or serial number. */
  query?: string;
  /** A family, or a platform as osquery names it. */
  platform?: string;
  osName?: string;
  /** With the system's name before it or without. */
  osVersion?: string;
  osqueryVersion?: string;
}

const isOfPlatform = (platform: string): SQL =>
  eq(
    PLATFORMS.some((family) => family === platform)
      ? hostVersions.platformFamily
      : hostVersions.platform,
    platform,
  );

const isOsVersion = (version: string) =>
  or(
    eq(hostVersions.osVersion, version),
    eq(hostVersions.osVersion, sql`concat(${hostVersions.osName}, ' ', ${version})`),
  );

/** As hostConditions has them of now. All are read with the rows, of which each is looked at once. */
export function conditionsOf(hosts: HostsThen): SQL | undefined {
  const { scope, at, teamId, families, query, platform, osName, osVersion } = hosts;
  const { osqueryVersion } = hosts;
  const like = query ? sql`like ${likeText(query)} collate utf8mb4_general_ci` : undefined;
  return and(
    inForce(hostVersions, at),
    inScope(scope, hostVersions.teamId),
    teamId === 0 ? isNull(hostVersions.teamId) : undefined,
    teamId ? eq(hostVersions.teamId, teamId) : undefined,
    families && inArray(hostVersions.platformFamily, [...families]),
    platform ? isOfPlatform(platform) : undefined,
    osName ? eq(hostVersions.osName, osName) : undefined,
    osVersion ? isOsVersion(osVersion) : undefined,
    osqueryVersion ? eq(hostVersions.osqueryVersion, osqueryVersion) : undefined,
    like &&
      sql`(${hostVersions.displayName} ${like} or ${hostVersions.hostname} ${like} or ${hostVersions.hardwareSerial} ${like})`,
  );
}

/** The hosts that there were. */
export async function selectHostsThen(executor: Executor, hosts: HostsThen): Promise<HostSet> {
  const rows = await executor
    .select(blocksOf(hostVersions.hostId))
    .from(hostVersions)
    .where(conditionsOf(hosts))
    .groupBy(sql`block`);
  return hostSet(rows);
}

/** Sets of hosts by the state that an answer left behind. */
export type SetsThen = Record<AnsweredThen | "pending", HostSet>;

/** 1 to 6, as field() counts; the last change wins because ids grow and this is added below them. */
const STATES_READ = [...ANSWERED_THEN, "pending"] as const;
const CODES = 8;

/**
 * How hosts stood on a policy's revision: the change written last, of those from before. By id,
 * because an answer is as old as its asking: one that a laptop told in the morning is older than the
 * staleness that was written at night, and yet what holds. From the index policy_transitions_pair alone.
 * `only`: of these hosts, of which there must be some.
 */
export async function selectSetsThen(
  executor: Executor,
  policy: { policyId: number; revision: number },
  at: Date,
  only?: readonly number[],
): Promise<SetsThen> {
  const bits = STATES_READ.map(
    (_, index) => `bit_or(if(code = ${index + 1}, 1 << (host_id & 31), 0)) AS s${index}`,
  );
  const [rows] = await executor.$client.query<RowDataPacket[]>(
    `SELECT host_id >> 5 AS block, ${bits.join(", ")} FROM (
       SELECT host_id, max(id * ${CODES} + if(revision = ?, field(to_state, ?), 0)) % ${CODES} AS code
       FROM policy_transitions FORCE INDEX (policy_transitions_pair)
       WHERE policy_id = ? AND at <= ? ${only ? "AND host_id IN (?)" : ""}
       GROUP BY host_id) last GROUP BY block`,
    [policy.revision, [...STATES_READ], policy.policyId, at, ...(only ? [only] : [])],
  );
  const sets = STATES_READ.map((state, index) => [
    state,
    hostSet(rows.map((row) => ({ block: row.block, bits: Number(row[`s${index}`]) }))),
  ]);
  return Object.fromEntries(sets);
}

export type VersionThen = typeof policyVersions.$inferSelect;

export interface PoliciesThen {
  scope: TeamScope;
  at: Date;
  /** A team's own policies (0: no team) and those of all teams; undefined: all that one may see. */
  teamId?: number;
  ids?: readonly number[];
  query?: string;
  /** Any of these. */
  tags?: readonly string[];
  /** Any control of it. */
  framework?: string;
}

const tagged = (tag: string) =>
  sql`json_contains(${policyVersions.fields}, json_quote(${tag}), '$.tags')`;

const hasControlOf = (framework: string) => {
  const control = likeText(`${framework}:`).slice(1);
  return sql`json_search(${policyVersions.fields}, 'one', ${control}, null, '$.tags[*]') is not null`;
};

function policyConditions(policies: PoliciesThen): SQL | undefined {
  const { scope, at, teamId, ids, query, tags = [], framework } = policies;
  const own = teamId === undefined ? undefined : eq(policyVersions.teamId, teamId);
  return and(
    inForce(policyVersions, at),
    inScopeOrGlobal(scope, policyVersions.teamId),
    own && or(isNull(policyVersions.teamId), own),
    ids && inArray(policyVersions.policyId, [...ids]),
    tags.length > 0 ? or(...tags.map(tagged)) : undefined,
    framework ? hasControlOf(framework) : undefined,
    query
      ? sql`${policyVersions.name} collate utf8mb4_unicode_ci like ${likeText(query)}`
      : undefined,
  );
}

/** Policies as they were, by name; those since deleted as well. */
export function selectPoliciesThen(
  executor: Executor,
  policies: PoliciesThen,
  paging?: Paging,
): Promise<VersionThen[]> {
  const statement = executor
    .select()
    .from(policyVersions)
    .where(policyConditions(policies))
    .orderBy(
      asc(sql`${policyVersions.name} collate utf8mb4_unicode_ci`),
      asc(policyVersions.policyId),
      // Should two be in force, the later edit is.
      desc(policyVersions.version),
    )
    .$dynamic();
  return paging ? statement.limit(paging.limit).offset(paging.offset) : statement;
}

export async function countPoliciesThen(
  executor: Executor,
  policies: PoliciesThen,
): Promise<number> {
  const [row] = await executor
    .select({ count: count() })
    .from(policyVersions)
    .where(policyConditions(policies));
  return row?.count ?? 0;
}

export type HostRowThen = Awaited<ReturnType<typeof selectHostRowsThen>>[number];

/** Hosts as they were. */
export function selectHostRowsThen(executor: Executor, at: Date, hostIds: readonly number[]) {
  if (hostIds.length === 0) return Promise.resolve([]);
  return executor
    .select({ host: hostVersions, teamName: teams.name })
    .from(hostVersions)
    .leftJoin(teams, eq(teams.id, hostVersions.teamId))
    .where(and(inArray(hostVersions.hostId, [...hostIds]), inForce(hostVersions, at)));
}

/**
 * A page of hosts as they were, by name: found in the index alone, 13 ms for the last of 100,000, and
 * then read. Sorting the rows themselves takes 270 ms.
 */
export async function selectHostPageThen(
  executor: Executor,
  at: Date,
  set: HostSet,
  { direction, limit, offset }: Paging & { direction: "asc" | "desc" },
): Promise<HostRowThen[]> {
  const order = direction === "desc" ? desc : asc;
  const page = await executor
    .select({ hostId: hostVersions.hostId })
    .from(hostVersions, { forceIndex: "host_versions_name" })
    .where(and(isIn(set, hostVersions.hostId), inForce(hostVersions, at)))
    .orderBy(order(hostVersions.displayName), order(hostVersions.hostId))
    .limit(limit)
    .offset(offset);
  const ids = page.map(({ hostId }) => hostId);
  const rows = await selectHostRowsThen(executor, at, ids);
  return rows.sort((a, b) => ids.indexOf(a.host.hostId) - ids.indexOf(b.host.hostId));
}

export interface LastChange extends RowDataPacket {
  id: number;
  hostId: number;
  policyId: number;
  revision: number;
  toState: string;
  error: string | null;
  at: Date;
}

/** The change that was last written of those from before, of each host and policy. */
export async function selectLastChanges(
  executor: Executor,
  policyIds: readonly number[],
  hostIds: readonly number[],
  at: Date,
): Promise<LastChange[]> {
  if (policyIds.length === 0 || hostIds.length === 0) return [];
  const [rows] = await executor.$client.query<LastChange[]>(
    `SELECT t.id, t.host_id AS hostId, t.policy_id AS policyId, t.revision, t.to_state AS toState,
     t.error, t.at FROM (
       SELECT max(id) AS id FROM policy_transitions FORCE INDEX (policy_transitions_pair)
       WHERE policy_id IN (?) AND host_id IN (?) AND at <= ? GROUP BY policy_id, host_id) last
     JOIN policy_transitions t ON t.id = last.id`,
    [policyIds, hostIds, at],
  );
  return rows;
}
