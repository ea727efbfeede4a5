import { bigint, index, int, mysqlTable, primaryKey, varchar } from "drizzle-orm/mysql-core";
import { jsonText, moment } from "#db/columns.ts";

/**
 * Counters that tell every process what to read again. A writer raises one inside its transaction,
 * so the row lock orders writers and a reader can never miss a late commit.
 */
export const revisions = mysqlTable("revisions", {
  name: varchar({ length: 32 }).primaryKey(),
  value: bigint({ mode: "number", unsigned: true }).notNull(),
});

/** Who does the worker's jobs. */
export const leases = mysqlTable("leases", {
  name: varchar({ length: 64 }).primaryKey(),
  owner: varchar({ length: 64 }).notNull(),
  expiresAt: moment("expires_at").notNull(),
});

export const settings = mysqlTable("settings", {
  name: varchar({ length: 64 }).primaryKey(),
  value: jsonText<unknown>("value").notNull(),
  updatedAt: moment("updated_at").notNull(),
});

export const activities = mysqlTable(
  "activities",
  {
    id: bigint({ mode: "number", unsigned: true }).autoincrement().primaryKey(),
    /** null: the server itself, or a user since deleted (whose name and e-mail stay). */
    actorId: int("actor_id", { unsigned: true }),
    actorName: varchar("actor_name", { length: 255 }).notNull(),
    actorEmail: varchar("actor_email", { length: 255 }).notNull().default(""),
    type: varchar({ length: 64 }).notNull(),
    /** null: concerns no single team. */
    teamId: int("team_id", { unsigned: true }),
    details: jsonText<Record<string, unknown>>("details").notNull(),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    index("activities_created").on(table.createdAt),
    index("activities_team").on(table.teamId),
    index("activities_type").on(table.type),
  ],
);

/** Written by rate-limiter-flexible, whose column names these are. */
export const rateLimits = mysqlTable("rate_limits", {
  key: varchar({ length: 255 }).primaryKey(),
  points: int().notNull().default(0),
  expire: bigint({ mode: "number", unsigned: true }),
});

/** Tables that hosts have besides osquery's own: from extensions. */
export const osqueryTables = mysqlTable(
  "osquery_tables",
  {
    name: varchar({ length: 128 }).notNull(),
    /** darwin, windows, linux or chrome. */
    platform: varchar({ length: 16 }).notNull(),
    columns: jsonText<{ name: string; type: string }[]>("columns").notNull(),
    firstSeenAt: moment("first_seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.name, table.platform] })],
);
