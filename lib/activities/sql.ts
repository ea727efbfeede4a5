import { randomUUID } from "node:crypto";
import { and, asc, desc, eq, getTableColumns, inArray, like, or, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { Executor } from "#db/client.ts";
import { activities } from "#db/schema/system.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { inScope } from "#lib/auth/permissions.ts";
import { likeText } from "#lib/http/list-options.ts";

export type ActivityRow = typeof activities.$inferSelect;

export async function insertActivity(
  executor: Executor,
  row: typeof activities.$inferInsert,
): Promise<number> {
  const [result] = await executor.insert(activities).values(row);
  return result.insertId;
}

/** Has an activity sent to the webhook of activities, where that is on. */
export async function insertActivityDelivery(
  executor: Executor,
  activityId: number,
): Promise<void> {
  await executor.$client.query(
    `INSERT INTO deliveries (uid, kind, team_key, event, activity_id, next_attempt_at, created_at)
     SELECT ?, kind, team_key, 'activity', ?, UTC_TIMESTAMP(3), UTC_TIMESTAMP(3)
     FROM webhooks WHERE kind = 'activities' AND team_key = -1 AND enabled`,
    [randomUUID(), activityId],
  );
}

export async function selectActivity(
  executor: Executor,
  id: number,
): Promise<ActivityRow | undefined> {
  const [row] = await executor.select().from(activities).where(eq(activities.id, id));
  return row;
}

/** In the collation that compares fastest: this looks at every character of every name. */
const contains = (column: MySqlColumn, query: string) =>
  like(column, sql`${likeText(query)} collate utf8mb4_general_ci`);

const matching = (scope: TeamScope, query: string, types: readonly string[]) =>
  and(
    inScope(scope, activities.teamId),
    types.length > 0 ? inArray(activities.type, [...types]) : undefined,
    query
      ? or(
          contains(activities.type, query),
          contains(activities.actorName, query),
          contains(activities.actorEmail, query),
        )
      : undefined,
  );

/**
 * By id, which is the order of insertion closely enough for people. Ids are found first, because
 * skipping rows with their details reads them.
 */
export async function selectActivities(
  executor: Executor,
  scope: TeamScope,
  page: {
    query: string;
    types: readonly string[];
    descending: boolean;
    limit: number;
    offset: number;
  },
): Promise<ActivityRow[]> {
  const order = (page.descending ? desc : asc)(activities.id);
  const found = executor
    .select({ id: activities.id })
    .from(activities)
    .where(matching(scope, page.query, page.types))
    .orderBy(order)
    .limit(page.limit)
    .offset(page.offset)
    .as("found");
  return executor
    .select(getTableColumns(activities))
    .from(activities)
    .innerJoin(found, eq(found.id, activities.id))
    .orderBy(order);
}

/** Keeps the name of a deleted user beside what they did. */
export async function detachActor(executor: Executor, actorId: number): Promise<void> {
  await executor.update(activities).set({ actorId: null }).where(eq(activities.actorId, actorId));
}
