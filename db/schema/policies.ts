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
    /** pass, fail, error or stale. */
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
    index("policy_transitions_host").on(table.hostId, table.policyId, table.at),
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
    countedAt: moment("counted_at"),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.policyId, table.teamId] })],
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
