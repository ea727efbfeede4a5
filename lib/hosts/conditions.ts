import { and, eq, gte, inArray, isNull, like, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import { hostSeen, hosts } from "#db/schema/hosts.ts";
import type { LabelScope } from "#db/schema/policies.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";
import { likeText } from "#lib/http/list-options.ts";
import type { LabelRecord } from "#lib/labels/sql.ts";
import type { PolicyState } from "#lib/membership/status.ts";
import { PLATFORMS } from "#lib/osquery/platform.ts";
import type { HostFilters } from "./schema.ts";
import { MISSING_AFTER_MS, NEW_FOR_MS, ONLINE_MARGIN_SECONDS } from "./status.ts";

/** A policy whose hosts are asked for, as it is now. */
export interface FilteredPolicy {
  id: number;
  revision: number;
  teamId: number | null;
  platform: string;
  labelScope: LabelScope | null;
  states: readonly PolicyState[];
}

export interface HostConditions {
  filters: HostFilters;
  policy?: FilteredPolicy;
  /** Of which the hosts are members. */
  label?: LabelRecord;
  now: Date;
}

const distributed = hosts.distributedIntervalSeconds;
const refresh = hosts.configRefreshSeconds;
const onlineWindow = sql`(least(if(${distributed} = 0, ${refresh}, ${distributed}), if(${refresh} = 0, ${distributed}, ${refresh})) + ${sql.raw(String(ONLINE_MARGIN_SECONDS))})`;

const seenSince = (now: Date, seconds: SQL): SQL =>
  sql`${hostSeen.seenAt} >= ${moment(now)} - interval ${seconds} second`;

/**
 * Of a row of host_seen, given the shortest and the longest window that any host has: a host is
 * looked up only where its own window decides.
 */
export function isOnline(now: Date, windows: { shortest: number; longest: number }): SQL {
  const within = (seconds: number) => seenSince(now, sql.raw(String(seconds)));
  if (windows.shortest === windows.longest) return within(windows.longest);
  const own = sql`exists (select 1 from ${hosts} where ${hosts.id} = ${hostSeen.hostId} and ${seenSince(now, onlineWindow)})`;
  return sql`(${within(windows.shortest)} or (${within(windows.longest)} and ${own}))`;
}

/** Of a row of host_seen. */
export const isMissing = (now: Date): SQL =>
  lte(hostSeen.seenAt, new Date(now.getTime() - MISSING_AFTER_MS));

export const isNew = (now: Date): SQL => gte(hosts.createdAt, new Date(now.getTime() - NEW_FOR_MS));

/** A moment as a literal that interval arithmetic takes; a bound parameter would be text to it. */
const moment = (at: Date) => sql`cast(${at.toISOString().slice(0, 23)} as datetime(3))`;

export const hasDiskBelow = (gigabytes: number) => lt(hosts.diskAvailableGigabytes, gigabytes);

export function isOfPlatform(platform: string): SQL {
  const families: readonly string[] = PLATFORMS;
  return families.includes(platform)
    ? eq(hosts.platformFamily, platform)
    : eq(hosts.platform, platform);
}

export const isOfTeam = (teamId: number): SQL =>
  teamId === 0 ? isNull(hosts.teamId) : eq(hosts.teamId, teamId);

/** The hosts that a policy asks; undefined: all. */
export function isAsked(policy: FilteredPolicy): SQL | undefined {
  return and(
    policy.teamId === null ? undefined : isOfTeam(policy.teamId),
    policy.platform === "" ? undefined : inArray(hosts.platformFamily, policy.platform.split(",")),
  );
}

/** What addresses and UUIDs are made of: a word is not looked for in the middle of them. */
const PART_OF_ADDRESS = /^[0-9a-f.:]+$/i;
const PART_OF_UUID = /^[0-9a-f-]+$/i;

/**
 * Without case or accents, in the collation that compares fastest: this looks at every character
 * of every name.
 */
function matches(query: string): SQL | undefined {
  const text = likeText(query);
  const contains = (column: MySqlColumn) => like(column, sql`${text} collate utf8mb4_general_ci`);
  return or(
    contains(hosts.hostname),
    contains(hosts.computerName),
    contains(hosts.hardwareSerial),
    PART_OF_UUID.test(query) ? contains(hosts.uuid) : like(hosts.uuid, text.slice(1)),
    PART_OF_ADDRESS.test(query) ? contains(hosts.primaryIp) : undefined,
  );
}

/** osquery's versions carry the system's name ("macOS 14.1"); people filter with and without. */
function isOsVersion(version: string): SQL | undefined {
  return or(
    eq(hosts.osVersion, version),
    eq(hosts.osVersion, sql`concat(${hosts.osName}, ' ', ${version})`),
  );
}

/**
 * What the host's own row decides. Contact and answers are in other tables: see selection.ts.
 * `indexed`: each of them alone is read from an index and no row. Together they would be looked up
 * row by row, or not, as the database guesses. `scanned` reads rows.
 */
export function hostConditions(scope: TeamScope, { filters, now }: HostConditions) {
  const teamId = filters.team_id;
  const given = (conditions: (SQL | undefined)[]) =>
    conditions.filter((condition) => condition !== undefined);
  return {
    indexed: given([
      scope.teamIds === "all" ? undefined : inScope(scope, hosts.teamId),
      typeof teamId === "number" ? isOfTeam(teamId) : undefined,
      filters.status === "new" ? isNew(now) : undefined,
      filters.platform ? isOfPlatform(filters.platform) : undefined,
      filters.os_name ? eq(hosts.osName, filters.os_name) : undefined,
      filters.osquery_version ? eq(hosts.osqueryVersion, filters.osquery_version) : undefined,
      filters.low_disk_space ? hasDiskBelow(filters.low_disk_space) : undefined,
      filters.verdict ? eq(hosts.verdict, filters.verdict) : undefined,
    ]),
    scanned: and(
      filters.os_version ? isOsVersion(filters.os_version) : undefined,
      filters.query ? matches(filters.query) : undefined,
    ),
  };
}
