import type { SettingsJson } from "./config-schema.ts";
import type { Settings } from "./schema.ts";

const NAMES = {
  org_name: "orgName",
  org_logo_url: "orgLogoUrl",
  contact_url: "contactUrl",
  server_url: "serverUrl",
  gate: "gate",
  pass_cache_seconds: "passCacheSeconds",
  device_link_seconds: "deviceLinkSeconds",
  gitops_mode_enabled: "gitopsModeEnabled",
  repository_url: "repositoryUrl",
  history_days: "historyDays",
  flapping_changes: "flappingChanges",
  impact_confirm_percent: "impactConfirmPercent",
  webhook_interval_seconds: "webhookIntervalSeconds",
} as const satisfies Record<keyof SettingsJson, keyof Settings>;

export function serializeSettings(settings: Settings): { settings: SettingsJson } {
  const entries = Object.entries(NAMES).map(([name, key]) => [name, settings[key]]);
  return { settings: Object.fromEntries(entries) as SettingsJson };
}

/** The settings that a body names, by our names. */
export function deserializeSettings(body: Partial<SettingsJson>): Partial<Settings> {
  const entries = Object.entries(body).map(([name, value]) => [
    NAMES[name as keyof SettingsJson],
    value,
  ]);
  return Object.fromEntries(entries) as Partial<Settings>;
}
