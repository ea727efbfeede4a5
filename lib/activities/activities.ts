import type { Transaction } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { countActivities, insertActivity, selectActivities } from "./sql.ts";

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
  await insertActivity(tx, {
    actorId: viewer.kind === "user" ? viewer.id : null,
    actorName: viewer.name,
    actorEmail: viewer.kind === "user" ? viewer.email : "",
    type: activity.type,
    teamId: activity.teamId ?? null,
    details: activity.details,
    createdAt: new Date(),
  });
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

export interface ActivityPage {
  query: string;
  page: number;
  perPage: number;
}

export async function listActivities(viewer: Viewer, input: ActivityPage) {
  const scope = teamScope(viewer, "activity:read");
  const [rows, total] = await Promise.all([
    selectActivities(database(), scope, {
      query: input.query,
      limit: input.perPage,
      offset: input.page * input.perPage,
    }),
    countActivities(database(), scope, input.query),
  ]);
  return { rows, total, page: input.page, perPage: input.perPage };
}
