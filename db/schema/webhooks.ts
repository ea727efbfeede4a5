import {
  bigint,
  boolean,
  index,
  int,
  mysqlTable,
  primaryKey,
  text,
  varchar,
} from "drizzle-orm/mysql-core";
import { jsonText, moment } from "#db/columns.ts";

/** Where something is told of to other systems: one per kind and team. */
export const webhooks = mysqlTable(
  "webhooks",
  {
    /** "failing_policies" or "activities". */
    kind: varchar({ length: 24 }).notNull(),
    /** Whose policies: -1 those of all teams, 0 of hosts in no team, else the team's. */
    teamKey: int("team_key").notNull(),
    enabled: boolean().notNull().default(false),
    /** AES-256-GCM under the server key: such URLs often have a token in them. */
    urlEncrypted: text("url_encrypted").notNull(),
    /** What deliveries are signed with, likewise. */
    secretEncrypted: text("secret_encrypted").notNull(),
    /** Hosts per delivery; 0: as many as one may have. */
    hostBatchSize: int("host_batch_size", { unsigned: true }).notNull().default(0),
    /** Also tells of hosts that pass again. */
    tellsRecovered: boolean("tells_recovered").notNull().default(false),
    updatedAt: moment("updated_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.teamKey] })],
);

/** Policies whose failing hosts are told of, by the webhook of the policy's team. */
export const webhookPolicies = mysqlTable(
  "webhook_policies",
  {
    policyId: int("policy_id", { unsigned: true }).primaryKey(),
    /** The policy's team_key when it was chosen: a policy that moves to another team is chosen no more. */
    teamKey: int("team_key").notNull(),
    /** Hosts told of before this do not count as told. Raised to begin anew. */
    armedAt: moment("armed_at").notNull(),
    /** Who failed when it was armed is known, and not told of. false until that is written down. */
    isArmed: boolean("is_armed").notNull().default(false),
    /** When hosts were last found to tell of. */
    toldAt: moment("told_at"),
  },
  (table) => [index("webhook_policies_team").on(table.teamKey)],
);

/**
 * Hosts whose failing is known to a webhook: told of, about to be, or failing before it was armed.
 * See lib/automations/news.ts.
 */
export const webhookHosts = mysqlTable(
  "webhook_hosts",
  {
    policyId: int("policy_id", { unsigned: true }).notNull(),
    hostId: int("host_id", { unsigned: true }).notNull(),
    /** Which SQL it failed. */
    revision: int("revision", { unsigned: true }).notNull(),
    /** webhook_policies.armed_at then. */
    armedAt: moment("armed_at").notNull(),
    /** policy_membership.since of the fail. */
    since: moment("since").notNull(),
    /** When a receiver took it; null: not yet, or known from before. */
    sentAt: moment("sent_at"),
  },
  (table) => [primaryKey({ columns: [table.policyId, table.hostId] })],
);

/** What is sent to whom, and what became of it. */
export const deliveries = mysqlTable(
  "deliveries",
  {
    id: bigint({ mode: "number", unsigned: true }).autoincrement().primaryKey(),
    /** webhook-id of every attempt, by which receivers know what they took already. */
    uid: varchar({ length: 36 }).notNull(),
    kind: varchar({ length: 24 }).notNull(),
    teamKey: int("team_key").notNull(),
    /** "failing", "recovered", "activity" or "test". */
    event: varchar({ length: 16 }).notNull(),
    policyId: int("policy_id", { unsigned: true }),
    /** Whom it is about; which of them still are is looked up when it is sent. */
    hostIds: jsonText<number[]>("host_ids"),
    activityId: bigint("activity_id", { mode: "number", unsigned: true }),
    /** "waiting", "sent", "failed" (given up) or "dropped" (nothing left to tell). */
    status: varchar({ length: 8 }).notNull().default("waiting"),
    attempts: int("attempts", { unsigned: true }).notNull().default(0),
    /** Whoever attempts it moves this on first, so that nobody else does meanwhile. */
    nextAttemptAt: moment("next_attempt_at").notNull(),
    attemptedAt: moment("attempted_at"),
    finishedAt: moment("finished_at"),
    /** HTTP status of the last attempt that was answered. */
    responseStatus: int("response_status", { unsigned: true }),
    error: varchar({ length: 500 }),
    /** How many hosts were in what was sent last. */
    sentHosts: int("sent_hosts", { unsigned: true }),
    createdAt: moment("created_at").notNull(),
  },
  (table) => [
    index("deliveries_due").on(table.status, table.kind, table.teamKey, table.nextAttemptAt),
    index("deliveries_webhook").on(table.kind, table.teamKey),
    index("deliveries_finished").on(table.finishedAt),
  ],
);
