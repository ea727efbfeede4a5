import { z } from "zod";
import { ROLES } from "#lib/auth/roles.ts";
import { listOptions, queryNumber } from "#lib/http/list-options.ts";

export const PASSWORD_CHARACTERS_MIN = 12;
/** argon2 takes any length; a bound keeps a body from being hashed for seconds. */
const PASSWORD_CHARACTERS_MAX = 1_000;
const NAME_CHARACTERS_MAX = 255;
const TEAM_ROLES_MAX = 1_000;
/** Ten years; a token for longer had better have no end and say so. */
const TOKEN_DAYS_MAX = 3_650;

const PASSWORD_RULE =
  "Password does not meet required criteria: Must include 12 characters, at least 1 number (e.g. 0 - 9), and at least 1 symbol (e.g. &*#).";

/** Fleet's password rule (contract: fleet-api 6.1). */
export const passwordSchema = z
  .string("password must be present")
  .min(PASSWORD_CHARACTERS_MIN, PASSWORD_RULE)
  .max(PASSWORD_CHARACTERS_MAX, `password may have ${PASSWORD_CHARACTERS_MAX} characters at most`)
  .regex(/\p{N}/u, PASSWORD_RULE)
  .regex(/[^\p{L}\p{N}\s]/u, PASSWORD_RULE);

/** Lower case, as stored: people type their address in any. */
export const emailSchema = z
  .string("email must be present")
  .trim()
  .toLowerCase()
  .max(255)
  .pipe(z.email("email is not an e-mail address"));

const nameSchema = z
  .string("name must be present")
  .trim()
  .min(1, "name may not be empty")
  .max(NAME_CHARACTERS_MAX, `name may have ${NAME_CHARACTERS_MAX} characters at most`);

export const roleSchema = z.enum(ROLES, `role is not one of ${ROLES.join(", ")}`);
const idSchema = z.number().int().positive();
const teamRoles = z.array(z.object({ id: idSchema, role: roleSchema })).max(TEAM_ROLES_MAX);
/** What Muster has no support for may be sent switched off, as Fleet's own clients do. */
const absent = (what: string) => z.literal(false, `${what} is not available`).nullish();

export const idParams = z.object({
  id: z
    .string()
    .regex(/^\d{1,10}$/, "id is not a number")
    .transform(Number),
});

const newUser = z.object({
  name: nameSchema,
  email: emailSchema,
  /** Not for API-only users, who sign in by token alone. */
  password: z.string().max(PASSWORD_CHARACTERS_MAX).nullish(),
  global_role: roleSchema.nullish(),
  teams: teamRoles.nullish(),
  api_only: z.boolean().nullish(),
  admin_forced_password_reset: z.boolean().nullish(),
  sso_enabled: absent("sso_enabled"),
  mfa_enabled: absent("mfa_enabled"),
});

export const createUserBody = newUser.superRefine((user, context) => {
  if (user.api_only) return;
  const { error } = passwordSchema.safeParse(user.password ?? undefined);
  for (const { message } of error?.issues.slice(0, 1) ?? []) {
    context.addIssue({ code: "custom", path: ["password"], message });
  }
});
export type CreateUser = z.output<typeof createUserBody>;

export const updateUserBody = z.object({
  name: nameSchema.optional(),
  email: emailSchema.optional(),
  /** One's own present password, to change one's own e-mail address or password. */
  password: z.string().max(PASSWORD_CHARACTERS_MAX).nullish(),
  new_password: passwordSchema.nullish(),
  global_role: roleSchema.nullish(),
  teams: teamRoles.nullish(),
  sso_enabled: absent("sso_enabled"),
  mfa_enabled: absent("mfa_enabled"),
});
export type UpdateUser = z.output<typeof updateUserBody>;

export const loginBody = z.object({
  email: z.string("email must be present").trim().toLowerCase().max(255),
  password: z.string("password must be present").max(PASSWORD_CHARACTERS_MAX),
});

export const changePasswordBody = z.object({
  old_password: z.string("old_password must be present").max(PASSWORD_CHARACTERS_MAX),
  new_password: passwordSchema,
});

export const newPasswordBody = z.object({ new_password: passwordSchema });
export const requireResetBody = z.object({ require: z.boolean() });

export const rolesSpecBody = z.object({
  spec: z.object({
    roles: z.record(
      emailSchema,
      z.object({
        global_role: roleSchema.nullish(),
        teams: z.array(z.object({ team: z.string().max(255), role: roleSchema })).nullish(),
      }),
    ),
  }),
});
export type RolesSpec = z.output<typeof rolesSpecBody>["spec"];

export const createTokenBody = z.object({
  name: nameSchema,
  /** Absent or null: valid until revoked. */
  expires_in_days: z.number().int().min(1).max(TOKEN_DAYS_MAX).nullish(),
});
export type CreateToken = z.output<typeof createTokenBody>;

const when = z.iso.datetime();

export const teamSummary = z.object({
  id: idSchema,
  name: z.string(),
  description: z.string(),
});

export const userJson = z.object({
  id: idSchema,
  created_at: when,
  updated_at: when,
  name: z.string(),
  email: z.string(),
  force_password_reset: z.boolean(),
  gravatar_url: z.string(),
  sso_enabled: z.boolean(),
  mfa_enabled: z.boolean(),
  global_role: roleSchema.nullable(),
  api_only: z.boolean(),
  teams: z.array(teamSummary.extend({ role: roleSchema })),
});
export type UserJson = z.output<typeof userJson>;

export const userReply = z.object({ user: userJson });
export const userListReply = z.object({ users: z.array(userJson) });
export const createUserReply = z.object({ user: userJson, token: z.string().optional() });
export const meReply = z.object({ user: userJson, available_teams: z.array(teamSummary) });
export type Me = z.output<typeof meReply>;
export const loginReply = meReply.extend({ token: z.string() });
export const emptyReply = z.object({});

export const fleetSession = z.object({ session_id: idSchema, user_id: idSchema, created_at: when });
export const fleetSessionsReply = z.object({ sessions: z.array(fleetSession) });

export const sessionJson = z.object({
  id: idSchema,
  name: z.string(),
  ip_address: z.string(),
  user_agent: z.string(),
  created_at: when,
  accessed_at: when,
  expires_at: when.nullable(),
  /** The session of this very request. */
  current: z.boolean(),
});
export type SessionJson = z.output<typeof sessionJson>;
export const sessionsReply = z.object({ sessions: z.array(sessionJson) });
export const tokensReply = z.object({ tokens: z.array(sessionJson) });
export const createTokenReply = z.object({ id: idSchema, token: z.string() });

export const listUsersQuery = z.object({
  ...listOptions(["name", "id", "email", "created_at"]),
  team_id: queryNumber("team_id"),
});
export type ListUsers = z.output<typeof listUsersQuery>;
