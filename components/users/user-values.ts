import { z } from "zod";
import {
  createUserBody,
  emailSchema,
  passwordSchema,
  roleSchema,
  type UserJson,
} from "#lib/users/schema.ts";

const rolesSchema = z
  .object({
    global: roleSchema.nullable(),
    teams: z.array(z.object({ id: z.number(), role: roleSchema })),
  })
  .refine(({ global, teams }) => global !== null || teams.length > 0, "Choose at least one team");

export type RolesValue = z.output<typeof rolesSchema>;

const account = z.object({
  name: createUserBody.shape.name,
  email: emailSchema,
  api_only: z.boolean(),
  admin_forced_password_reset: z.boolean(),
  roles: rolesSchema,
});

/** A new person needs a password; a program has tokens instead. */
export const newUserSchema = account
  .extend({ password: z.string() })
  .superRefine(({ api_only, password }, context) => {
    const { error } = api_only ? { error: undefined } : passwordSchema.safeParse(password);
    for (const { message } of error?.issues.slice(0, 1) ?? []) {
      context.addIssue({ code: "custom", path: ["password"], message });
    }
  });

/** An empty password leaves it as it is. */
export const knownUserSchema = account.extend({
  password: z.literal("").or(passwordSchema),
});

export type UserValues = z.output<typeof newUserSchema>;

export function userValues(user: UserJson | undefined, teamId: number | undefined): UserValues {
  return {
    name: user?.name ?? "",
    email: user?.email ?? "",
    password: "",
    api_only: user?.api_only ?? false,
    admin_forced_password_reset: true,
    roles: user ? rolesOf(user) : newRoles(teamId),
  };
}

const rolesOf = (user: UserJson): RolesValue => ({
  global: user.global_role,
  teams: user.teams.map(({ id, role }) => ({ id, role })),
});

const newRoles = (teamId: number | undefined): RolesValue =>
  teamId === undefined
    ? { global: "observer", teams: [] }
    : { global: null, teams: [{ id: teamId, role: "observer" }] };

/** As the API takes roles: one kind only. */
export const rolesBody = ({ global, teams }: RolesValue) =>
  global ? { global_role: global } : { global_role: null, teams };
