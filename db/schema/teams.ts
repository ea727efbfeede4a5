import { index, int, mysqlTable, text, uniqueIndex } from "drizzle-orm/mysql-core";
import { exactText, hash, jsonText, moment } from "#db/columns.ts";

export const teams = mysqlTable(
  "teams",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    name: exactText("name", { length: 255 }).notNull(),
    description: text().notNull(),
    /** Replaces the global agent options for the team's hosts when set. */
    agentOptions: jsonText<Record<string, unknown>>("agent_options"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [uniqueIndex("teams_name").on(table.name)],
);

export const enrollSecrets = mysqlTable(
  "enroll_secrets",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    /** null: enrolls into no team. */
    teamId: int("team_id", { unsigned: true }),
    /** HMAC-SHA256 of the secret under the server key: found without decrypting. */
    secretHash: hash("secret_hash").notNull(),
    /** AES-256-GCM under the server key, as lib/crypto.ts writes it. */
    secretEncrypted: text("secret_encrypted").notNull(),
    createdAt: moment("created_at").notNull(),
    /** Set when rotated out: both secrets work until then. null: no end. */
    expiresAt: moment("expires_at"),
  },
  (table) => [
    uniqueIndex("enroll_secrets_hash").on(table.secretHash),
    index("enroll_secrets_team").on(table.teamId),
  ],
);
