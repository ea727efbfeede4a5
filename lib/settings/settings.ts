import { type Executor, type Transaction, transaction } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { invalid } from "#lib/errors.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { defaultSettings, type Settings, settingsSchema } from "./schema.ts";
import { selectSettings, upsertSettings } from "./sql.ts";

/** The settings in force: what was stored, and defaults for what never was. */
export async function readSettings(executor: Executor): Promise<Settings> {
  const stored = await selectSettings(executor);
  return settingsSchema.parse({ ...defaultSettings, ...stored });
}

export function getSettings(viewer: Viewer): Promise<Settings> {
  authorize(viewer, "config:read", GLOBAL);
  return readSettings(database());
}

/** Settings with some of them replaced. Throws `invalid` when they do not go together. */
export function mergedSettings(before: Settings, patch: Partial<Settings>): Settings {
  const after = settingsSchema.parse({ ...before, ...patch });
  if (after.gitopsModeEnabled && after.repositoryUrl === "") {
    throw invalid(
      "repository_url",
      "GitOps mode needs the URL of the repository to send people to",
    );
  }
  return after;
}

/** Replaces the given top-level settings and leaves the others. */
export async function updateSettings(viewer: Viewer, patch: Partial<Settings>): Promise<Settings> {
  authorize(viewer, "config:write", GLOBAL);
  return transaction(database(), (tx) => writeSettings(tx, viewer, patch));
}

/** What updateSettings would answer. */
export async function previewSettings(viewer: Viewer, patch: Partial<Settings>): Promise<Settings> {
  authorize(viewer, "config:write", GLOBAL);
  return mergedSettings(await readSettings(database()), patch);
}

/** The write of updateSettings, for changes that set other things as well. */
export async function writeSettings(
  tx: Transaction,
  viewer: Viewer,
  patch: Partial<Settings>,
): Promise<Settings> {
  await raiseRevision(tx, "config");
  const before = await readSettings(tx);
  const after = mergedSettings(before, patch);
  const difference = changes(before, after);
  if (Object.keys(difference.after).length === 0) return after;
  // Verdicts are marked with the policies revision they were computed from.
  if (before.gate !== after.gate) await raiseRevision(tx, "policies");
  await upsertSettings(tx, difference.after, new Date());
  await recordActivity(tx, viewer, {
    type: "agentOptions" in difference.after ? "edited_agent_options" : "edited_settings",
    details: { global: true, team_id: null, team_name: null, ...difference },
  });
  return after;
}
