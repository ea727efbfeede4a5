import type { ActivityList } from "./activities.ts";
import type { ActivitiesJson, ActivityJson } from "./schema.ts";
import type { ActivityRow } from "./sql.ts";

function serializeActivity(row: ActivityRow): ActivityJson {
  return {
    id: row.id,
    created_at: row.createdAt.toISOString(),
    actor_full_name: row.actorName,
    actor_id: row.actorId,
    actor_gravatar: "",
    actor_email: row.actorEmail,
    type: row.type,
    details: row.details,
    // A deleted user leaves an e-mail address behind, the server never has one.
    fleet_initiated: row.actorId === null && row.actorEmail === "",
  };
}

export const serializeActivities = ({ rows, meta }: ActivityList): ActivitiesJson => ({
  activities: rows.map(serializeActivity),
  meta,
});
