import {
  boolean,
  index,
  int,
  mysqlTable,
  primaryKey,
  uniqueIndex,
  varchar,
} from "drizzle-orm/mysql-core";
import { hash, moment } from "#db/columns.ts";

export const users = mysqlTable(
  "users",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    name: varchar({ length: 255 }).notNull(),
    /** Stored in lower case: people type it in any. */
    email: varchar({ length: 255 }).notNull(),
    /** argon2id in PHC form; null for API-only users, who can never sign in with a password. */
    passwordHash: varchar("password_hash", { length: 255 }),
    /** null: the user holds team roles instead (user_teams). */
    globalRole: varchar("global_role", { length: 32 }),
    apiOnly: boolean("api_only").notNull().default(false),
    forcePasswordReset: boolean("force_password_reset").notNull().default(false),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [uniqueIndex("users_email").on(table.email)],
);

export const userTeams = mysqlTable(
  "user_teams",
  {
    userId: int("user_id", { unsigned: true }).notNull(),
    teamId: int("team_id", { unsigned: true }).notNull(),
    role: varchar({ length: 32 }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.userId, table.teamId] }),
    index("user_teams_team").on(table.teamId),
  ],
);

/** One row per browser session, login token and API token. */
export const sessions = mysqlTable(
  "sessions",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    userId: int("user_id", { unsigned: true }).notNull(),
    /** SHA-256 of the bearer token; the token itself is shown once and kept nowhere. */
    tokenHash: hash("token_hash").notNull(),
    /** session: made by signing in, slides on use. api: made for an API-only user. */
    kind: varchar({ length: 16 }).notNull(),
    name: varchar({ length: 255 }).notNull().default(""),
    ipAddress: varchar("ip_address", { length: 64 }).notNull().default(""),
    userAgent: varchar("user_agent", { length: 255 }).notNull().default(""),
    createdAt: moment("created_at").notNull(),
    /** Written at most once in five minutes, so that reads stay reads. */
    accessedAt: moment("accessed_at").notNull(),
    /** null: valid until revoked. */
    expiresAt: moment("expires_at"),
  },
  (table) => [
    uniqueIndex("sessions_token").on(table.tokenHash),
    index("sessions_user").on(table.userId),
    index("sessions_expires").on(table.expiresAt),
  ],
);
