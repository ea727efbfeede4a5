import { transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import { deleteSessionsOf } from "#lib/auth/sessions.ts";
import type { UserViewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError, invalid, notFound } from "#lib/errors.ts";
import { countAttempt, forgiveAttempt } from "./login-limits.ts";
import { hashPassword, passwordMatches } from "./passwords.ts";
import { type Account, type SeenUser, withTeams } from "./serialize.ts";
import { selectOwnUser, selectTeamSummaries, type UserRow, updateUser } from "./sql.ts";

/** One's own account, and the teams one may look at (none when one's only team is gone). */
export async function getMe(viewer: UserViewer): Promise<Account> {
  const db = database();
  const hasRole = viewer.globalRole !== null || viewer.teams.length > 0;
  const [seen, availableTeams] = await Promise.all([
    getOwnUser(viewer),
    hasRole ? selectTeamSummaries(db, teamScope(viewer, "team:read")) : [],
  ]);
  return { ...seen, availableTeams };
}

export async function getOwnUser(viewer: UserViewer): Promise<SeenUser> {
  const [seen] = await withTeams(database(), "own", [await ownRow(viewer)]);
  if (!seen) throw notFound("The user");
  return seen;
}

async function ownRow(viewer: UserViewer): Promise<UserRow> {
  const row = await selectOwnUser(database(), viewer);
  if (!row) throw notFound("The user");
  return row;
}

/**
 * Throws unless `password` is the viewer's own. Counts as a sign-in that may fail, so that a
 * stolen session is no way to guess.
 */
export async function requireOwnPassword(
  viewer: UserViewer,
  password: string | null | undefined,
  field: string,
): Promise<void> {
  if (!password) throw invalid(field, `${field} must be present: type your present password`);
  const user = await ownRow(viewer);
  const attempt = { email: user.email, address: `session ${viewer.sessionId}`, knownThere: true };
  await countAttempt(database(), attempt);
  if (!(await passwordMatches(user.passwordHash, password))) {
    throw invalid(field, `${field} is not your present password`);
  }
  await forgiveAttempt(database(), attempt);
}

/** Sets a new password and ends every other session and token of the user. */
export async function changePassword(
  viewer: UserViewer,
  input: { old_password: string; new_password: string },
): Promise<void> {
  await requireOwnPassword(viewer, input.old_password, "old_password");
  if (input.old_password === input.new_password) {
    throw invalid("new_password", "new_password is the same as the old one");
  }
  await setOwnPassword(viewer, input.new_password);
}

/** For users who were made to choose a new password; they proved the old one by signing in. */
export async function performRequiredPasswordReset(
  viewer: UserViewer,
  input: { new_password: string },
): Promise<SeenUser> {
  if (!viewer.forcePasswordReset) {
    throw new AppError("forbidden", "Nobody asked for a new password. Use change_password.");
  }
  const user = await ownRow(viewer);
  if (await passwordMatches(user.passwordHash, input.new_password)) {
    throw invalid("new_password", "Cannot reuse old password");
  }
  await setOwnPassword(viewer, input.new_password);
  return getOwnUser(viewer);
}

async function setOwnPassword(viewer: UserViewer, password: string): Promise<void> {
  if (viewer.apiOnly) throw invalid("new_password", "API-only users have tokens, not passwords");
  const passwordHash = await hashPassword(password);
  await transaction(database(), async (tx) => {
    await updateUser(tx, viewer.id, { passwordHash, forcePasswordReset: false });
    await deleteSessionsOf(tx, viewer.id, viewer.sessionId);
    await recordActivity(tx, viewer, {
      type: "changed_password",
      details: { user_id: viewer.id, user_email: viewer.email },
    });
  });
}
