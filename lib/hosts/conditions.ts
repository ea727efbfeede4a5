import {
  and,
  eq,
  gte,
  inArray,
  isNull,
  like,
  lt,
  notInArray,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import { type AnyMySqlColumn, QueryBuilder } from "drizzle-orm/mysql-core";
import { hostAgents, hostSeen, hosts } from "#db/schema/hosts.ts";
import { policyMembership } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";
import { likeText } from "#lib/http/list-options.ts";
import type { AnsweredState, PolicyState } from "#lib/membership/status.ts";
import { PLATFORMS } from "#lib/osquery/platform.ts";
import type { HostFilters, HostOrderKey } from "./schema.ts";
import {
  MISSING_AFTER_MS,
  NEW_FOR_MS,
  ONLINE_MARGIN_SECONDS,
  type StatusFilter,
} from "./status.ts";

/** A policy whose hosts are asked for, as it is now. */
export interface FilteredPolicy {
  id: number;
  revision: number;
  teamId: number | null;
  platform: string;
  states: readonly PolicyState[];
}

export interface HostConditions {
  filters: HostFilters;
  policy?: FilteredPolicy;
  now: Date;
}

/**
 * Columns of rows beside the host's, as look-ups by primary key: a statement pays only for those
 * that its filters and order mention.
 */
const besides = (column: AnyMySqlColumn, key: AnyMySqlColumn, of: AnyMySqlColumn) =>
  sql`(select ${column} from ${column.table} where ${key} = ${of})`;

const seenAt = sql`ifnull(${besides(hostSeen.seenAt, hostSeen.hostId, hosts.id)}, ${hosts.createdAt})`;
const distributed = hosts.distributedIntervalSeconds;
const refresh = hosts.configRefreshSeconds;
const onlineWindow = sql`(least(if(${distributed} = 0, ${refresh}, ${distributed}), if(${refresh} = 0, ${distributed}, ${refresh})) + ${sql.raw(String(ONLINE_MARGIN_SECONDS))})`;

/** `seen` is given by statements that join the contact instead of looking it up. */
export const isOnline = (now: Date, seen: SQL = seenAt): SQL =>
  sql`${seen} >= ${moment(now)} - interval ${onlineWindow} second`;

export const isMissing = (now: Date, seen: SQL = seenAt): SQL =>
  sql`${seen} <= ${moment(new Date(now.getTime() - MISSING_AFTER_MS))}`;

export const isNew = (now: Date): SQL => gte(hosts.createdAt, new Date(now.getTime() - NEW_FOR_MS));

/** A moment as a literal that interval arithmetic takes; a bound parameter would be text to it. */
const moment = (at: Date) => sql`cast(${at.toISOString().slice(0, 23)} as datetime(3))`;

function hasStatus(status: StatusFilter, now: Date): SQL {
  if (status === "new") return isNew(now);
  if (status === "online") return isOnline(now);
  if (status === "offline") return sql`not (${isOnline(now)})`;
  return isMissing(now);
}

export const hasDiskBelow = (gigabytes: number) => lt(hosts.diskAvailableGigabytes, gigabytes);

export function isOfPlatform(platform: string): SQL {
  const families: readonly string[] = PLATFORMS;
  return families.includes(platform)
    ? eq(hosts.platformFamily, platform)
    : eq(hosts.platform, platform);
}

export const isOfTeam = (teamId: number): SQL =>
  teamId === 0 ? isNull(hosts.teamId) : eq(hosts.teamId, teamId);

function isAsked(policy: FilteredPolicy): SQL | undefined {
  return and(
    policy.teamId === null ? undefined : isOfTeam(policy.teamId),
    policy.platform === "" ? undefined : inArray(hosts.platformFamily, policy.platform.split(",")),
  );
}

const UNANSWERED: readonly PolicyState[] = ["pending", "not_applicable"];

/** The rows that the policy's counts count: those of its present revision. */
function hasState(policy: FilteredPolicy): SQL | undefined {
  const answers = (states?: readonly AnsweredState[]) =>
    new QueryBuilder()
      .select({ id: policyMembership.hostId })
      .from(policyMembership)
      .where(
        and(
          eq(policyMembership.policyId, policy.id),
          eq(policyMembership.revision, policy.revision),
          states && inArray(policyMembership.state, [...states]),
        ),
      );
  const asked = isAsked(policy);
  const answered = policy.states.filter(
    (state): state is AnsweredState => !UNANSWERED.includes(state),
  );
  return or(
    answered.length > 0 ? inArray(hosts.id, answers(answered)) : undefined,
    policy.states.includes("pending") ? and(asked, notInArray(hosts.id, answers())) : undefined,
    policy.states.includes("not_applicable")
      ? asked
        ? sql`not (${asked})`
        : sql`false`
      : undefined,
  );
}

function matches(query: string): SQL | undefined {
  const text = likeText(query);
  return or(
    like(hosts.hostname, text),
    like(hosts.computerName, text),
    like(hosts.hardwareSerial, text),
    like(hosts.uuid, text),
    like(hosts.primaryIp, text),
  );
}

/** osquery's versions carry the system's name ("macOS 14.1"); people filter with and without. */
function isOsVersion(version: string): SQL | undefined {
  return or(
    eq(hosts.osVersion, version),
    eq(hosts.osVersion, sql`concat(${hosts.osName}, ' ', ${version})`),
  );
}

/** Every host of a list, a count, a report or a bulk change: one condition for all of them. */
export function hostCondition(scope: TeamScope, conditions: HostConditions): SQL | undefined {
  const { filters, policy, now } = conditions;
  const teamId = filters.team_id;
  return and(
    inScope(scope, hosts.teamId),
    typeof teamId === "number" ? isOfTeam(teamId) : undefined,
    filters.query ? matches(filters.query) : undefined,
    filters.status ? hasStatus(filters.status, now) : undefined,
    filters.platform ? isOfPlatform(filters.platform) : undefined,
    filters.os_name ? eq(hosts.osName, filters.os_name) : undefined,
    filters.os_version ? isOsVersion(filters.os_version) : undefined,
    filters.low_disk_space ? hasDiskBelow(filters.low_disk_space) : undefined,
    filters.verdict ? eq(hosts.verdict, filters.verdict) : undefined,
    policy && hasState(policy),
  );
}

/** What people call a host; `displayName` in serialize.ts says the same. */
const displayName = sql`coalesce(nullif(${hosts.computerName}, ''), nullif(${hosts.hostname}, ''), concat(${hosts.hardwareModel}, ' (', ${hosts.hardwareSerial}, ')'))`;

export function hostOrder(key: HostOrderKey, now: Date): SQL | AnyMySqlColumn {
  const columns: Record<HostOrderKey, SQL | AnyMySqlColumn> = {
    display_name: displayName,
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
    team_name: besides(teams.name, teams.id, hosts.teamId),
    status: isOnline(now),
    seen_time: seenAt,
    detail_updated_at: besides(hostAgents.detailUpdatedAt, hostAgents.hostId, hosts.id),
    policy_updated_at: besides(hostAgents.policyUpdatedAt, hostAgents.hostId, hosts.id),
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
