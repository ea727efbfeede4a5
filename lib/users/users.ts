import { type Transaction, transaction } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { detachActor } from "#lib/activities/sql.ts";
import { isAllowed, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import { createSession, deleteSessionsOf } from "#lib/auth/sessions.ts";
import type { UserViewer, Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, forbidden, invalid, notFound } from "#lib/errors.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { getOwnUser, requireOwnPassword } from "./account.ts";
import { hashPassword } from "./passwords.ts";
import { mergeTeams, type Roles, rolesAfter } from "./role-rules.ts";
import type { CreateUser, ListUsers, UpdateUser } from "./schema.ts";
import { type SeenUser, withTeams } from "./serialize.ts";
import {
  deleteUserRow,
  insertUser,
  lockRoles,
  selectUser,
  selectUserByEmail,
  selectUsers,
  type UserRow,
  updateUser as updateUserRow,
} from "./sql.ts";
import { applyRoles, keepAnAdmin, managesAccount } from "./user-roles.ts";

const NOBODY: Roles = { globalRole: null, teams: [] };

/** All users, or for team admins the people of their teams. */
export async function listUsers(viewer: Viewer, query: ListUsers): Promise<SeenUser[]> {
  const scope = teamScope(viewer, "user:read");
  const rows = await selectUsers(database(), scope, {
    ...pagingOf(query),
    query: query.query,
    teamId: query.team_id,
    orderKey: query.order_key ?? "name",
    descending: query.order_direction === "desc",
  });
  return withTeams(database(), scope, rows);
}

/** A user the viewer may see; everybody may see themselves. */
export async function getUser(viewer: Viewer, { id }: { id: number }): Promise<SeenUser> {
  if (viewer.kind === "user" && viewer.id === id) return getOwnUser(viewer);
  const scope = teamScope(viewer, "user:read");
  const [seen] = await withTeams(database(), scope, [await visibleUser(scope, id)]);
  if (!seen) throw notFound("The user");
  return seen;
}

async function visibleUser(scope: TeamScope, id: number): Promise<UserRow> {
  const user = await selectUser(database(), scope, id);
  if (!user) throw notFound("The user");
  return user;
}

/** Creates a user; for an API-only one also a token, which is in the answer and nowhere else. */
export async function createUser(
  viewer: Viewer,
  input: CreateUser,
): Promise<SeenUser & { token?: string }> {
  const scope = teamScope(viewer, "user:write");
  const apiOnly = input.api_only ?? false;
  const passwordHash = !apiOnly && input.password ? await hashPassword(input.password) : null;
  const after = rolesAfter(NOBODY, input, apiOnly);
  const created = await transaction(database(), async (tx) => {
    await requireFreeEmail(tx, input.email);
    const at = new Date();
    const id = await insertUser(tx, {
      name: input.name,
      email: input.email,
      passwordHash,
      apiOnly,
      forcePasswordReset: !apiOnly && (input.admin_forced_password_reset ?? true),
      createdAt: at,
      updatedAt: at,
    });
    await recordActivity(tx, viewer, {
      type: "created_user",
      teamId: after.teams[0]?.id,
      details: { user_id: id, user_name: input.name, user_email: input.email, api_only: apiOnly },
    });
    await applyRoles(tx, viewer, { ...input, id, apiOnly }, NOBODY, after);
    const session = {
      userId: id,
      kind: "api",
      name: "Made with the user",
      expiresAt: null,
    } as const;
    return { id, token: apiOnly ? (await createSession(tx, session)).token : undefined };
  });
  const [seen] = await withTeams(database(), scope, [await visibleUser(scope, created.id)]);
  if (!seen) throw notFound("The user");
  return { ...seen, token: created.token };
}

async function requireFreeEmail(tx: Transaction, email: string, exceptId?: number): Promise<void> {
  const other = await selectUserByEmail(tx, email);
  if (other && other.id !== exceptId) throw conflict(`User "${email}" already exists`);
}

/**
 * Changes an account, its roles, or both. One's own e-mail address and password need one's present
 * password. A team admin's `teams` replaces the roles in their own teams only.
 */
export async function updateUser(
  viewer: Viewer,
  { id, ...patch }: UpdateUser & { id: number },
): Promise<SeenUser> {
  const own = viewer.kind === "user" && viewer.id === id ? viewer : undefined;
  const user = own
    ? (await getOwnUser(own)).user
    : await visibleUser(teamScope(viewer, "user:write"), id);
  if (own) await confirmOwnChange(own, user, patch);
  const passwordHash = patch.new_password ? await hashPassword(patch.new_password) : undefined;
  await transaction(database(), async (tx) => {
    const before = await lockRoles(tx, id);
    if (!before) throw notFound("The user");
    const mayEdit = own !== undefined || managesAccount(viewer, before);
    await updateAccount(tx, viewer, { user, patch, passwordHash, mayEdit });
    const after = rolesAfter(before, visibleRoles(viewer, before, patch), user.apiOnly);
    await applyRoles(tx, viewer, user, before, after);
  });
  return getUser(viewer, { id });
}

/** The roles a patch asks for, completed by those that its sender could not see. */
function visibleRoles(viewer: Viewer, before: Roles, patch: UpdateUser) {
  if (!patch.teams) return patch;
  const mine = (teamId: number) => isAllowed(viewer, "user:write", { teamId });
  const hidden = before.teams.some((team) => !mine(team.id));
  return hidden ? { ...patch, teams: mergeTeams(before.teams, patch.teams, mine) } : patch;
}

async function confirmOwnChange(viewer: UserViewer, user: UserRow, patch: UpdateUser) {
  const changesEmail = patch.email !== undefined && patch.email !== user.email;
  if (changesEmail || patch.new_password) {
    await requireOwnPassword(viewer, patch.password, "password");
  }
}

async function updateAccount(
  tx: Transaction,
  viewer: Viewer,
  change: { user: UserRow; patch: UpdateUser; passwordHash?: string; mayEdit: boolean },
): Promise<void> {
  const { user, patch, passwordHash } = change;
  const wanted = { name: patch.name ?? user.name, email: patch.email ?? user.email };
  const edited = changes({ name: user.name, email: user.email }, wanted);
  if (Object.keys(edited.after).length === 0 && !passwordHash) return;
  if (!change.mayEdit) throw forbidden();
  if (passwordHash && user.apiOnly) {
    throw invalid("new_password", "API-only users have tokens, not passwords");
  }
  await requireFreeEmail(tx, wanted.email, user.id);
  await updateUserRow(tx, user.id, { ...wanted, ...(passwordHash ? { passwordHash } : {}) });
  if (passwordHash) {
    await deleteSessionsOf(tx, user.id, viewer.kind === "user" ? viewer.sessionId : 0);
  }
  await recordActivity(tx, viewer, {
    type: "edited_user",
    details: {
      user_id: user.id,
      user_email: wanted.email,
      ...edited,
      password_changed: Boolean(passwordHash),
    },
  });
}

/** Removes a user with all sessions and tokens. What they did stays in the activities. */
export async function deleteUser(viewer: Viewer, { id }: { id: number }): Promise<void> {
  const user = await visibleUser(teamScope(viewer, "user:write"), id);
  await transaction(database(), async (tx) => {
    const roles = await lockRoles(tx, id);
    if (!roles) throw notFound("The user");
    if (!managesAccount(viewer, roles)) throw forbidden();
    await keepAnAdmin(tx, user, roles);
    await deleteSessionsOf(tx, id);
    await deleteUserRow(tx, id);
    await recordActivity(tx, viewer, {
      type: "deleted_user",
      teamId: roles.teams[0]?.id,
      details: { user_id: id, user_name: user.name, user_email: user.email },
    });
    await detachActor(tx, id);
  });
}

/** Makes a user choose a new password at the next sign-in, which ends all sessions, or lifts it. */
export async function requirePasswordReset(
  viewer: Viewer,
  input: { id: number; require: boolean },
): Promise<SeenUser> {
  const user = await visibleUser(teamScope(viewer, "user:write"), input.id);
  if (user.apiOnly) throw invalid("id", "API-only users have tokens, not passwords");
  await transaction(database(), async (tx) => {
    const roles = await lockRoles(tx, input.id);
    if (!roles || !managesAccount(viewer, roles)) throw forbidden();
    await updateUserRow(tx, input.id, { forcePasswordReset: input.require });
    if (input.require) await deleteSessionsOf(tx, input.id);
    await recordActivity(tx, viewer, {
      type: input.require ? "required_password_reset" : "lifted_password_reset",
      details: { user_id: user.id, user_name: user.name, user_email: user.email },
    });
  });
  return getUser(viewer, input);
}
