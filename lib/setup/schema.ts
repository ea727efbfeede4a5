import { z } from "zod";
import { settingsSchema } from "#lib/settings/schema.ts";
import { emailSchema, passwordSchema, userJson } from "#lib/users/schema.ts";

/** Fleet's setup body (contract: fleet-api 7). */
export const setupBody = z.object({
  admin: z.object({
    name: z.string("name must be present").trim().min(1, "name may not be empty").max(255),
    email: emailSchema,
    password: passwordSchema,
  }),
  org_info: z.object({
    org_name: settingsSchema.shape.orgName,
    org_logo_url: settingsSchema.shape.orgLogoUrl.optional(),
  }),
  server_url: settingsSchema.shape.serverUrl.optional(),
});
export type Setup = z.output<typeof setupBody>;

export const setupReply = z.object({
  admin: userJson,
  org_info: z.object({ org_name: z.string(), org_logo_url: z.string() }),
  server_url: z.string(),
  osquery_enroll_secret: z.string(),
  token: z.string(),
});

export const setupStateReply = z.object({
  set_up: z.boolean(),
  org_name: z.string(),
  org_logo_url: z.string(),
});
