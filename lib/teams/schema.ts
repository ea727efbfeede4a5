import { z } from "zod";
import { secretJson, secretList } from "#lib/enroll-secrets/schema.ts";
import { listOptions } from "#lib/http/list-options.ts";
import { agentOptionsSchema } from "#lib/settings/schema.ts";
import { roleSchema } from "#lib/users/schema.ts";
import { teamWebhooksBody, teamWebhooksJson } from "#lib/webhooks/schema.ts";

/** What "team_id": null and 0 are called, so no team may be. */
const RESERVED = ["all teams", "no team"];
const NAME_CHARACTERS_MAX = 255;
const DESCRIPTION_CHARACTERS_MAX = 10_000;
const MEMBERS_MAX = 1_000;
const SPECS_MAX = 1_000;

export const teamNameSchema = z
  .string("name must be present")
  .trim()
  .min(1, "name may not be empty")
  .max(NAME_CHARACTERS_MAX, `name may have ${NAME_CHARACTERS_MAX} characters at most`)
  .refine((name) => !RESERVED.includes(name.toLowerCase()), {
    error: (issue) => `"${String(issue.input)}" is a reserved team name`,
  });

const description = z
  .string()
  .max(DESCRIPTION_CHARACTERS_MAX, `description may have ${DESCRIPTION_CHARACTERS_MAX} characters`);
const idSchema = z.number().int().positive();

export const teamParams = z.object({
  team_id: z
    .string()
    .regex(/^\d{1,10}$/, "team id is not a number")
    .transform(Number),
});

export const listTeamsQuery = z.object(
  listOptions(["name", "id", "created_at", "host_count", "user_count"]),
);
export type ListTeams = z.output<typeof listTeamsQuery>;

export const createTeamBody = z.object({
  name: teamNameSchema,
  description: description.nullish(),
  /** Absent: a random one is made. */
  secrets: secretList.nullish(),
});
export type CreateTeam = z.output<typeof createTeamBody>;

export const updateTeamBody = z.object({
  name: teamNameSchema.optional(),
  description: description.optional(),
  secrets: secretList.nullish(),
  webhook_settings: teamWebhooksBody.nullish(),
});
export type UpdateTeam = z.output<typeof updateTeamBody>;

export const teamAgentOptionsBody = agentOptionsSchema.nullable();

/** Sections of Fleet's team spec about things Muster does not do: accepted, and not kept. */
const foreign = z.unknown().optional();

export const teamSpecsBody = z.strictObject({
  specs: z
    .array(
      z.strictObject({
        name: teamNameSchema,
        description: description.nullish(),
        agent_options: agentOptionsSchema.nullish(),
        secrets: secretList.nullish(),
        features: foreign,
        filename: foreign,
        gitops_filename: foreign,
        host_expiry_settings: foreign,
        integrations: foreign,
        mdm: foreign,
        scripts: foreign,
        software: foreign,
        webhook_settings: teamWebhooksBody.nullish(),
      }),
    )
    .max(SPECS_MAX, `One call may carry ${SPECS_MAX} teams at most`),
  /** Of fleetctl's dry runs: what its earlier calls would have switched on. */
  dry_run_assumptions: foreign,
});
export type TeamSpec = z.output<typeof teamSpecsBody>["specs"][number];

export const addMembersBody = z.object({
  users: z.array(z.object({ id: idSchema, role: roleSchema })).max(MEMBERS_MAX),
});
export const removeMembersBody = z.object({
  users: z.array(z.object({ id: idSchema })).max(MEMBERS_MAX),
});

export const memberJson = z.object({
  id: idSchema,
  name: z.string(),
  email: z.string(),
  api_only: z.boolean(),
  role: roleSchema,
});

const foreignSection = z.record(z.string(), z.unknown());

export const teamJson = z.object({
  id: idSchema,
  created_at: z.iso.datetime(),
  name: z.string(),
  description: z.string(),
  /** null: the global ones. Absent for those who may not edit the team. */
  agent_options: z.record(z.string(), z.unknown()).nullable().optional(),
  host_count: z.number().int(),
  user_count: z.number().int(),
  host_expiry_settings: z.object({
    host_expiry_enabled: z.boolean(),
    host_expiry_window: z.number().int(),
  }),
  webhook_settings: teamWebhooksJson,
  integrations: foreignSection,
  features: foreignSection,
  mdm: foreignSection,
  /** In the answer about one team, for those who may see them. */
  users: z.array(memberJson).optional(),
  secrets: z.array(secretJson).optional(),
});
export type TeamJson = z.output<typeof teamJson>;

export const teamReply = z.object({ team: teamJson });
export const teamListReply = z.object({ teams: z.array(teamJson) });
export const membersReply = z.object({ users: z.array(memberJson) });
export const specReply = z.object({ team_ids_by_name: z.record(z.string(), idSchema) });
