import { transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { createSession } from "#lib/auth/sessions.ts";
import { isSetUp } from "#lib/auth/setup-state.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { addSecret } from "#lib/enroll-secrets/enroll-secrets.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { readSettings, writeSettings } from "#lib/settings/settings.ts";
import type { Origin } from "#lib/users/login.ts";
import { hashPassword } from "#lib/users/passwords.ts";
import { type SeenUser, serializeUser } from "#lib/users/serialize.ts";
import { anyUserExists, insertUser, selectUserByEmail } from "#lib/users/sql.ts";
import type { Setup } from "./schema.ts";

export interface SetupResult {
  admin: SeenUser;
  orgName: string;
  orgLogoUrl: string;
  serverUrl: string;
  enrollSecret: string;
  token: string;
}

const alreadySetUp = () => new AppError("not_found", "This server is already set up: sign in.");

/**
 * Makes the first admin, the organisation and the first enroll secret, and signs the admin in.
 * Throws `not_found` once there is a user; of two at the same moment one wins.
 */
export async function setUp(input: Setup, origin: Origin): Promise<SetupResult> {
  const passwordHash = await hashPassword(input.admin.password);
  return transaction(database(), async (tx) => {
    // The lock that makes the second of two wait and then find a user.
    await raiseRevision(tx, "config");
    if (await anyUserExists(tx)) throw alreadySetUp();
    const { name, email } = input.admin;
    const at = new Date();
    const row = { name, email, passwordHash, globalRole: "admin", createdAt: at, updatedAt: at };
    const userId = await insertUser(tx, row);
    const user = await selectUserByEmail(tx, email);
    if (!user) throw alreadySetUp();
    const settings = await writeSettings(tx, SYSTEM, {
      orgName: input.org_info.org_name,
      ...(input.org_info.org_logo_url ? { orgLogoUrl: input.org_info.org_logo_url } : {}),
      ...(input.server_url ? { serverUrl: input.server_url } : {}),
    });
    const enrollSecret = await addSecret(tx, null);
    await recordActivity(tx, SYSTEM, {
      type: "created_user",
      details: { user_id: userId, user_name: name, user_email: email },
    });
    const session = await createSession(tx, {
      userId,
      kind: "session",
      ipAddress: origin.address,
      userAgent: origin.userAgent,
    });
    return {
      admin: { user, teams: [] },
      orgName: settings.orgName,
      orgLogoUrl: settings.orgLogoUrl,
      serverUrl: settings.serverUrl || env().serverUrl,
      enrollSecret,
      token: session.token,
    };
  });
}

/** What the login and setup pages show to people who are not signed in. */
export async function getSetupState() {
  const { orgName, orgLogoUrl } = await readSettings(database());
  return { set_up: await isSetUp(database()), org_name: orgName, org_logo_url: orgLogoUrl };
}

export const serializeSetup = (result: SetupResult) => ({
  admin: serializeUser(result.admin),
  org_info: { org_name: result.orgName, org_logo_url: result.orgLogoUrl },
  server_url: result.serverUrl,
  osquery_enroll_secret: result.enrollSecret,
  token: result.token,
});
