import { z } from "zod";
import { listOptions } from "#lib/http/list-options.ts";

const TYPES_MAX = 100;

export const listActivitiesQuery = z.object({
  ...listOptions(["created_at", "id"]),
  /** Only these types: a comma list such as created_policy,edited_policy. */
  activity_type: z
    .string()
    .default("")
    .transform((list) => list.split(",").filter(Boolean))
    .pipe(z.array(z.string().max(64)).max(TYPES_MAX)),
});
export type ListActivities = z.output<typeof listActivitiesQuery>;

const some = z.unknown().optional();

/** Each type has its own keys. Named are those that an answer has by both of Fleet's names. */
export const activityDetails = z.looseObject({
  team_id: some,
  team_ids: some,
  team_name: some,
  teams: some,
  policies: z.array(z.looseObject({ team: some })).optional(),
});

/** Fleet's shape (contract: fleet-api 4.4). */
export const activityJson = z.object({
  id: z.number().int(),
  created_at: z.iso.datetime(),
  /** "" and null for what the server did by itself. */
  actor_full_name: z.string(),
  actor_id: z.number().int().nullable(),
  actor_gravatar: z.string(),
  actor_email: z.string(),
  type: z.string(),
  details: activityDetails,
  /** Whether the server did it by itself. */
  fleet_initiated: z.boolean(),
});
export type ActivityJson = z.output<typeof activityJson>;

export const pageMetaJson = z.object({
  has_next_results: z.boolean(),
  has_previous_results: z.boolean(),
});

export const activitiesReply = z.object({
  activities: z.array(activityJson),
  meta: pageMetaJson,
});
export type ActivitiesJson = z.output<typeof activitiesReply>;
