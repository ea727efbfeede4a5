import type { Transaction } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { pageMeta, pagingOf } from "#lib/http/list-options.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import type { ListActivities } from "./schema.ts";
import {
  type ActivityRow,
  insertActivity,
  insertActivityDelivery,
  selectActivities,
} from "./sql.ts";

export interface Activity {
  /** Fleet's name where it has one (contract: fleet-api 4.4), e.g. created_policy. */
  type: string;
  /** The team concerned; null for global changes. */
  teamId?: number | null;
  /** Fleet's keys, and `before`/`after` with the fields that changed. Never a secret. */
  details: Record<string, unknown>;
}

/** Writes who did what. Takes the transaction of the change, so that neither is without the other. */
export async function recordActivity(
  tx: Transaction,
  viewer: Viewer,
  activity: Activity,
): Promise<void> {
  const id = await insertActivity(tx, {
    actorId: viewer.kind === "user" ? viewer.id : null,
    actorName: viewer.name,
    actorEmail: viewer.kind === "user" ? viewer.email : "",
    type: activity.type,
    teamId: activity.teamId ?? null,
    details: activity.details,
    createdAt: new Date(),
  });
  await insertActivityDelivery(tx, id);
}

/** One entry of the feed holds as many changes as people read, and MySQL takes. */
const CHANGES_PER_ACTIVITY = 50;

export function perActivity<T>(changes: readonly T[]): T[][] {
  const parts: T[][] = [];
  for (let at = 0; at < changes.length; at += CHANGES_PER_ACTIVITY) {
    parts.push(changes.slice(at, at + CHANGES_PER_ACTIVITY));
  }
  return parts;
}

/** The fields of `after` that differ, as they were and as they are: the details of an edit. */
export function changes<T extends object>(
  before: T,
  after: Partial<T>,
): { before: Partial<T>; after: Partial<T> } {
  const changed = (Object.keys(after) as (keyof T)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  const pick = (from: Partial<T>) =>
    Object.fromEntries(changed.map((key) => [key, from[key]])) as Partial<T>;
  return { before: pick(before), after: pick(after) };
}

export interface ActivityList {
  rows: ActivityRow[];
  meta: { has_next_results: boolean; has_previous_results: boolean };
}

/** Newest first unless asked otherwise. */
export async function listActivities(viewer: Viewer, query: ListActivities): Promise<ActivityList> {
  const scope = teamScope(viewer, "activity:read");
  const paging = pagingOf(query);
  const rows = await selectActivities(await listDatabase(), scope, {
    query: query.query,
    types: query.activity_type,
    descending: query.order_direction !== "asc",
    offset: paging.offset,
    limit: paging.limit + 1,
  });
  return pageMeta(rows, paging);
}
