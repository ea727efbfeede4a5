import {
  bigint,
  index,
  int,
  mediumtext,
  mysqlTable,
  primaryKey,
  tinyint,
  varchar,
} from "drizzle-orm/mysql-core";
import { jsonText, moment } from "#db/columns.ts";

/** A query that somebody runs now, on chosen hosts: before saving a policy, or for its own sake. */
export const runs = mysqlTable(
  "runs",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    /** policy (rows mean pass) or query. */
    kind: varchar({ length: 8 }).notNull(),
    query: mediumtext().notNull(),
    /** The policy that was open in the editor; null: none, or a new one. */
    policyId: int("policy_id", { unsigned: true }),
    authorId: int("author_id", { unsigned: true }),
    authorName: varchar("author_name", { length: 255 }).notNull().default(""),
    /** What was chosen, as the request had it. */
    targets: jsonText<Record<string, unknown>>("targets").notNull(),
    hosts: int("hosts", { unsigned: true }).notNull().default(0),
    /** Of the hosts, how many were in contact when it began. */
    onlineHosts: int("online_hosts", { unsigned: true }).notNull().default(0),
    createdAt: moment("created_at").notNull(),
    /** No host is handed it any more from then on. */
    expiresAt: moment("expires_at").notNull(),
    stoppedAt: moment("stopped_at"),
  },
  (table) => [
    index("runs_expires").on(table.expiresAt),
    index("runs_author").on(table.authorId, table.createdAt),
  ],
);

/** A host of a run and what it answered. */
export const runHosts = mysqlTable(
  "run_hosts",
  {
    runId: int("run_id", { unsigned: true }).notNull(),
    hostId: int("host_id", { unsigned: true }).notNull(),
    /** waiting, done or error. */
    state: varchar({ length: 8 }).notNull().default("waiting"),
    rowCount: int("row_count", { unsigned: true }).notNull().default(0),
    /** The first rows, as many as are kept. */
    rows: jsonText<Record<string, string>[]>("answer_rows"),
    error: varchar({ length: 1000 }),
    wallMs: int("wall_ms", { unsigned: true }),
    memoryBytes: bigint("memory_bytes", { mode: "number", unsigned: true }),
    /** How often the host was handed it. */
    askedTimes: tinyint("asked_times", { unsigned: true }).notNull().default(0),
    /** When the host was handed it first, and when its answer came (null: it has not). */
    askedAt: moment("asked_at"),
    answeredAt: moment("answered_at"),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.hostId] }),
    index("run_hosts_answered").on(table.runId, table.answeredAt),
  ],
);
