import type { Executor } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { transaction } from "#db/client.ts";
import { database } from "#lib/database.ts";
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

/** Replaces the given top-level settings and leaves the others. */
export async function updateSettings(viewer: Viewer, patch: Partial<Settings>): Promise<Settings> {
  authorize(viewer, "config:write", GLOBAL);
  return transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    const before = await readSettings(tx);
    const after = settingsSchema.parse({ ...before, ...patch });
    await upsertSettings(tx, after, new Date());
    await recordActivity(tx, viewer, {
      type: "edited_settings",
      details: changes(before, after),
    });
    return after;
  });
}
