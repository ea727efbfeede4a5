import { authorize, GLOBAL, isAllowed } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { env } from "#lib/env.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { ConfigPatch } from "./config-schema.ts";
import { FEATURES, FOREIGN_CONFIG, NO_EXPIRY } from "./foreign.ts";
import type { Settings } from "./schema.ts";
import { getSettings, previewSettings, updateSettings } from "./settings.ts";

const NANOSECONDS_PER_SECOND = 1_000_000_000;

export interface Config {
  settings: Settings;
  /** Agent options may hold credentials of log destinations, so only those who edit see them. */
  showsAgentOptions: boolean;
}

const seen = (viewer: Viewer, settings: Settings): Config => ({
  settings,
  showsAgentOptions: isAllowed(viewer, "config:write", GLOBAL),
});

/** The settings in Fleet's shape. */
export async function getConfig(viewer: Viewer): Promise<Config> {
  return seen(viewer, await getSettings(viewer));
}

/** Changes the settings that Fleet's shape covers; a dry run only answers what they would be. */
export async function updateConfig(
  viewer: Viewer,
  { patch, dryRun }: { patch: ConfigPatch; dryRun: boolean },
): Promise<Config> {
  authorize(viewer, "config:write", GLOBAL);
  const write = dryRun ? previewSettings : updateSettings;
  return seen(viewer, await write(viewer, settingsOfConfig(patch)));
}

/** The settings that Fleet's shape names, by our names. */
export function settingsOfConfig(patch: ConfigPatch): Partial<Settings> {
  return definedOnly({
    orgName: patch.org_info?.org_name,
    orgLogoUrl: patch.org_info?.org_logo_url,
    contactUrl: patch.org_info?.contact_url,
    serverUrl: patch.server_settings?.server_url,
    agentOptions: patch.agent_options ?? undefined,
    gitopsModeEnabled: patch.gitops?.gitops_mode_enabled,
    repositoryUrl: patch.gitops?.repository_url,
  });
}

function definedOnly(change: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

export function serializeConfig({ settings, showsAgentOptions }: Config) {
  return {
    org_info: {
      org_name: settings.orgName,
      org_logo_url: settings.orgLogoUrl,
      org_logo_url_light_background: "",
      contact_url: settings.contactUrl,
    },
    server_settings: {
      server_url: settings.serverUrl || env().serverUrl,
      live_query_disabled: true,
      enable_analytics: false,
      query_reports_disabled: true,
      scripts_disabled: true,
    },
    ...(showsAgentOptions ? { agent_options: settings.agentOptions } : {}),
    features: FEATURES,
    host_expiry_settings: NO_EXPIRY,
    activity_expiry_settings: { activity_expiry_enabled: false, activity_expiry_window: 0 },
    mdm: { enabled_and_configured: false, apple_bm_terms_expired: false },
    update_interval: {
      osquery_detail: env().detailUpdateIntervalSeconds * NANOSECONDS_PER_SECOND,
      osquery_policy: env().policyUpdateIntervalSeconds * NANOSECONDS_PER_SECOND,
    },
    gitops: {
      gitops_mode_enabled: settings.gitopsModeEnabled,
      repository_url: settings.repositoryUrl,
    },
    license: LICENSE,
    ...FOREIGN_CONFIG,
  };
}

/** Fleet's clients ask for teams only where this says premium. There is nothing to buy. */
const LICENSE = {
  tier: "premium",
  organization: "Muster",
  device_count: 0,
  expiration: "2099-12-31T00:00:00Z",
  note: "",
  managed_cloud: false,
};

/** Fleet's shape of `GET /version`. */
export const getVersion = async () => ({
  version: packageJson.version,
  branch: "",
  revision: "",
  go_version: "",
  build_date: "",
  build_user: "",
});
