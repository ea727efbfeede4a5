import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  index,
  int,
  mediumtext,
  mysqlTable,
  primaryKey,
  text,
  uniqueIndex,
  varchar,
} from "drizzle-orm/mysql-core";
import { exactText, jsonText, moment } from "#db/columns.ts";

/** Signed: should a count ever drift below zero, the roll-up repairs it instead of writes failing. */
const count = (name: string) => int(name).notNull().default(0);

/** Ids of labels. A host is asked when it satisfies every list that is there. */
export interface LabelScope {
  includeAny?: number[];
  includeAll?: number[];
  excludeAny?: number[];
  excludeAll?: number[];
}

/** A scope by label that ended (ms since 1970). */
export interface ScopeEra {
  untilMs: number;
  labelScope: LabelScope | null;
  /** Of its labels, the manual ones that were deleted since. */
  manual?: number[];
}

export const policies = mysqlTable(
  "policies",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    /** null: all teams. 0: hosts in no team. */
    teamId: int("team_id", { unsigned: true }),
    /** team_id with null as -1, because a unique index does not compare nulls. */
    teamKey: int("team_key").generatedAlwaysAs(sql`(ifnull(\`team_id\`, -1))`, { mode: "stored" }),
    name: exactText("name", { length: 255 }).notNull(),
    query: mediumtext().notNull(),
    description: text().notNull(),
    /** How to fix it, in Markdown. */
    resolution: text().notNull(),
    /** Comma list of darwin, windows, linux, chrome in that order; "" is every platform. */
    platform: varchar({ length: 64 }).notNull().default(""),
    critical: boolean().notNull().default(false),
    /** null: the server's policy interval. */
    intervalSeconds: int("interval_seconds", { unsigned: true }),
    authorId: int("author_id", { unsigned: true }),
    /** Free tags, and controls of frameworks as `cis-v8:3.6`. null: none. */
    tags: jsonText<string[]>("tags"),
    /** Which labels narrow whom it asks. null: none does. */
    labelScope: jsonText<LabelScope>("label_scope"),
    /** Scopes by label that were in force since the SQL changed; see lib/membership/scope.ts. */
    scopeEras: jsonText<ScopeEra[]>("scope_eras"),
    /** Since when it is asked of nobody; its answers stay as they were. null: it is asked. */
    pausedAt: moment("paused_at"),
    /** Answers from before are asked for again, whatever the interval. */
    runRequestedAt: moment("run_requested_at"),
    /** Raised by every edit, of whatever field; the newest row of policy_versions. */
    version: int("version", { unsigned: true }).notNull().default(1),
    /** Raised by every change of the SQL; answers to an older one do not count. */
    revision: int("revision", { unsigned: true }).notNull().default(1),
    /**
     * Since when (ms since 1970) each platform is in scope without a break. An answer from before
     * is not trusted: its membership row went when the platform left the scope.
     */
    platformSince: jsonText<Record<string, number>>("platform_since").notNull(),
    /** Value of the policies revision (table revisions) when the SQL last changed. */
    queryRevision: bigint("query_revision", { mode: "number", unsigned: true }).notNull(),
    queryChangedAt: moment("query_changed_at").notNull(),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [uniqueIndex("policies_name").on(table.teamKey, table.name)],
);

/** Every SQL a policy ever had. */
export const policyRevisions = mysqlTable(
  "policy_revisions",
  {
    policyId: int("policy_id", { unsigned: true }).notNull(),
    revision: int("revision", { unsigned: true }).notNull(),
    query: mediumtext().notNull(),
    authorId: int("author_id", { unsigned: true }),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.policyId, table.revision] })],
);

/** What a policy was from one edit to the next, and when it ended. Outlives the policy. */
export const policyVersions = mysqlTable(
  "policy_versions",
  {
    policyId: int("policy_id", { unsigned: true }).notNull(),
    version: int("version", { unsigned: true }).notNull(),
    /** policies.revision: which SQL was in force. */
    revision: int("revision", { unsigned: true }).notNull(),
    teamId: int("team_id", { unsigned: true }),
    name: exactText("name", { length: 255 }).notNull(),
    /** Everything else that people decide, as lib/policies/change.ts names it. */
    fields: jsonText<Record<string, unknown>>("fields").notNull(),
    authorId: int("author_id", { unsigned: true }),
    authorName: varchar("author_name", { length: 255 }).notNull().default(""),
    /** Why, in the author's words. */
    reason: varchar({ length: 1000 }).notNull().default(""),
    createdAt: moment("created_at").notNull(),
    /** null: in force. */
    endedAt: moment("ended_at"),
    /** How the hosts stood when it ended. */
    passing: count("passing_host_count"),
    failing: count("failing_host_count"),
    erroring: count("error_host_count"),
    stale: count("stale_host_count"),
    exempt: count("exempt_host_count"),
  },
  (table) => [
    primaryKey({ columns: [table.policyId, table.version] }),
    index("policy_versions_ended").on(table.endedAt),
  ],
);

/** Who is let off a policy, until when and why. Rows stay when they have ended. */
export const exemptions = mysqlTable(
  "exemptions",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    policyId: int("policy_id", { unsigned: true }).notNull(),
    /** One of the three is set. Team 0: the hosts in no team. */
    hostId: int("host_id", { unsigned: true }),
    labelId: int("label_id", { unsigned: true }),
    teamId: int("team_id", { unsigned: true }),
    reason: varchar({ length: 1000 }).notNull(),
    authorId: int("author_id", { unsigned: true }),
    authorName: varchar("author_name", { length: 255 }).notNull().default(""),
    createdAt: moment("created_at").notNull(),
    /** It ends by itself then. */
    expiresAt: moment("expires_at").notNull(),
    /** When to remind of the end; null: never. */
    remindAt: moment("remind_at"),
    remindedAt: moment("reminded_at"),
    /** Ended by a person before its time. */
    revokedAt: moment("revoked_at"),
    revokedByName: varchar("revoked_by_name", { length: 255 }),
    /** Whether rows and counts of all its hosts say so yet: "begun", "in_force", "ended". */
    settled: varchar({ length: 8 }).notNull().default("begun"),
  },
  (table) => [
    index("exemptions_policy").on(table.policyId, table.expiresAt),
    index("exemptions_host").on(table.hostId),
    index("exemptions_settled").on(table.settled, table.expiresAt),
  ],
);

/**
 * One host's last answer to one policy. It counts only while `revision` equals the policy's, so
 * editing a policy wipes nothing. No row in scope means pending. Written only when it changes:
 * when it was last confirmed is on the host's card.
 */
export const policyMembership = mysqlTable(
  "policy_membership",
  {
    hostId: int("host_id", { unsigned: true }).notNull(),
    policyId: int("policy_id", { unsigned: true }).notNull(),
    revision: int("revision", { unsigned: true }).notNull(),
    /** pass, fail, error, stale, or exempt whatever the answer was. */
    state: varchar({ length: 8 }).notNull(),
    /** The last pass (1) or fail (0), which an error or staleness does not erase. */
    passes: boolean(),
    since: moment("since").notNull(),
    /** osquery's message when state is error. */
    error: varchar({ length: 1000 }),
  },
  (table) => [
    primaryKey({ columns: [table.hostId, table.policyId] }),
    index("policy_membership_policy").on(table.policyId, table.revision, table.state, table.hostId),
  ],
);

/** Every change of state. An unchanged answer writes none. */
export const policyTransitions = mysqlTable(
  "policy_transitions",
  {
    id: bigint({ mode: "number", unsigned: true }).autoincrement().primaryKey(),
    hostId: int("host_id", { unsigned: true }).notNull(),
    policyId: int("policy_id", { unsigned: true }).notNull(),
    revision: int("revision", { unsigned: true }).notNull(),
    fromState: varchar("from_state", { length: 16 }).notNull(),
    toState: varchar("to_state", { length: 16 }).notNull(),
    error: varchar({ length: 1000 }),
    at: moment("at").notNull(),
  },
  (table) => [
    index("policy_transitions_policy").on(table.policyId, table.at),
    // All that "as of" reads of it: 100,000 hosts of a policy are read from the index alone.
    index("policy_transitions_pair").on(
      table.policyId,
      table.hostId,
      table.at,
      table.revision,
      table.toState,
    ),
  ],
);

/**
 * Live counts of a policy's hosts by state, one row per team of the hosts (0: no team). They move
 * with every answer; the roll-up recounts and repairs them and stamps counted_at.
 */
export const policyStats = mysqlTable(
  "policy_stats",
  {
    policyId: int("policy_id", { unsigned: true }).notNull(),
    teamId: int("team_id", { unsigned: true }).notNull(),
    revision: int("revision", { unsigned: true }).notNull(),
    passing: count("passing_host_count"),
    failing: count("failing_host_count"),
    erroring: count("error_host_count"),
    stale: count("stale_host_count"),
    exempt: count("exempt_host_count"),
    countedAt: moment("counted_at"),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.policyId, table.teamId] })],
);

/** Counts of a policy over time, one row per team (0: no team) and step. */
export const policyCounts = mysqlTable(
  "policy_counts",
  {
    policyId: int("policy_id", { unsigned: true }).notNull(),
    at: moment("at").notNull(),
    teamId: int("team_id", { unsigned: true }).notNull(),
    passing: count("passing"),
    failing: count("failing"),
    erroring: count("erroring"),
    stale: count("stale"),
    exempt: count("exempt"),
    pending: count("pending"),
  },
  (table) => [
    primaryKey({ columns: [table.policyId, table.at, table.teamId] }),
    index("policy_counts_at").on(table.at),
  ],
);

/**
 * What running a policy costs, as agents tell it: how many runs fell into a bucket. Bucket n holds
 * values from 2^(n/4) to 2^((n+1)/4); wall time in ms, memory in KiB.
 */
export const policyCosts = mysqlTable(
  "policy_costs",
  {
    policyId: int("policy_id", { unsigned: true }).notNull(),
    revision: int("revision", { unsigned: true }).notNull(),
    /** "wall" or "memory". */
    metric: varchar({ length: 8 }).notNull(),
    bucket: int("bucket", { unsigned: true }).notNull(),
    runs: bigint("runs", { mode: "number", unsigned: true }).notNull().default(0),
  },
  (table) => [
    primaryKey({ columns: [table.policyId, table.revision, table.metric, table.bucket] }),
  ],
);

/** Totals over time for the dashboard's chart, one row per team (0: no team) and step. */
export const postureHistory = mysqlTable(
  "posture_history",
  {
    at: moment("at").notNull(),
    teamId: int("team_id", { unsigned: true }).notNull(),
    hosts: count("hosts"),
    online: count("online"),
    passing: count("passing"),
    failing: count("failing"),
    erroring: count("erroring"),
    verdictPass: count("verdict_pass"),
    verdictFail: count("verdict_fail"),
  },
  (table) => [primaryKey({ columns: [table.at, table.teamId] })],
);
