import type { Executor, Transaction } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { secretsDiffer, writeSecrets } from "#lib/enroll-secrets/enroll-secrets.ts";
import { settingsOfConfig } from "#lib/settings/config.ts";
import type { Settings } from "#lib/settings/schema.ts";
import { deserializeSettings, serializeSettings } from "#lib/settings/serialize.ts";
import { mergedSettings, readSettings, writeSettings } from "#lib/settings/settings.ts";
import { type PlannedChange, plannedChange } from "./planned.ts";
import type { Problems } from "./problems.ts";
import type { GitopsInput } from "./schema.ts";

const jsonOf = (settings: Settings) => ({
  ...serializeSettings(settings).settings,
  agent_options: settings.agentOptions,
});

const patchOf = (given: NonNullable<GitopsInput["settings"]>): Partial<Settings> => ({
  ...settingsOfConfig(given),
  ...deserializeSettings(given.muster ?? {}),
});

/** Settings that decide something about every host. */
const ABOUT_HOSTS: readonly string[] = ["gate", "agent_options"];

export async function planSettings(
  executor: Executor,
  viewer: Viewer,
  { settings: given }: GitopsInput,
  problems: Problems,
): Promise<PlannedChange[]> {
  if (!given) return [];
  authorize(viewer, "config:write", GLOBAL);
  const before = await readSettings(executor);
  const after = await problems.at("settings", () => mergedSettings(before, patchOf(given)));
  if (!after) return [];
  const diff = changes<Record<string, unknown>>(jsonOf(before), jsonOf(after));
  const names = Object.keys(diff.after);
  const base = { kind: "settings", name: "settings", place: "settings", ...diff } as const;
  const everybody = names.some((name) => ABOUT_HOSTS.includes(name));
  return [
    plannedChange({
      ...base,
      action: names.length > 0 ? "update" : "none",
      touches: everybody ? { kind: "everybody" } : { kind: "nobody" },
    }),
  ];
}

/** Secrets themselves are in no plan: plans are printed. */
export async function planSecrets(
  executor: Executor,
  viewer: Viewer,
  { secrets }: GitopsInput,
): Promise<PlannedChange[]> {
  if (!secrets) return [];
  authorize(viewer, "secret:write", GLOBAL);
  const differ = await secretsDiffer(executor, null, textsOf(secrets));
  const action = differ ? "update" : "none";
  return [plannedChange({ kind: "secrets", name: "enroll secrets", place: "secrets", action })];
}

const textsOf = (secrets: readonly { secret: string }[]) => secrets.map(({ secret }) => secret);

export async function applySettings(
  tx: Transaction,
  viewer: Viewer,
  { settings: given, secrets }: GitopsInput,
): Promise<void> {
  if (given) await writeSettings(tx, viewer, patchOf(given));
  if (!secrets || !(await secretsDiffer(tx, null, textsOf(secrets)))) return;
  await writeSecrets(tx, null, textsOf(secrets));
  await recordActivity(tx, viewer, {
    type: "edited_enroll_secrets",
    teamId: null,
    details: { team_id: null, team_name: null, secrets_count: secrets.length },
  });
}
