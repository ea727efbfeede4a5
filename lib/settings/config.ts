import { transaction } from "#db/client.ts";
import { authorize, GLOBAL, isAllowed } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { goDuration } from "#lib/duration.ts";
import { env } from "#lib/env.ts";
import {
  planWebhooks,
  readWebhooks,
  type Webhooks,
  writeWebhooks,
} from "#lib/webhooks/organisation.ts";
import { serializeActivitiesWebhook, serializeFailing } from "#lib/webhooks/serialize.ts";
import packageJson from "../../package.json" with { type: "json" };
import type { ConfigPatch } from "./config-schema.ts";
import { FEATURES, FOREIGN_CONFIG, NO_EXPIRY, NO_HOST_STATUS } from "./foreign.ts";
import type { Settings } from "./schema.ts";
import { getSettings, previewSettings, writeSettings } from "./settings.ts";

const NANOSECONDS_PER_SECOND = 1_000_000_000;

export interface Config {
  settings: Settings;
  webhooks: Webhooks;
  /** Agent options may hold credentials of log destinations, so only those who edit see them. */
  showsAgentOptions: boolean;
}

const seen = (viewer: Viewer, settings: Settings, webhooks: Webhooks): Config => ({
  settings,
  webhooks,
  showsAgentOptions: isAllowed(viewer, "config:write", GLOBAL),
});

/** The settings in Fleet's shape. */
export async function getConfig(viewer: Viewer): Promise<Config> {
  return seen(viewer, await getSettings(viewer), await readWebhooks(database(), viewer));
}

/** Changes the settings that Fleet's shape covers; a dry run only answers what they would be. */
export async function updateConfig(
  viewer: Viewer,
  { patch, dryRun }: { patch: ConfigPatch; dryRun: boolean },
): Promise<Config> {
  authorize(viewer, "config:write", GLOBAL);
  const settings = settingsOfConfig(patch);
  if (dryRun) {
    const webhooks = await planWebhooks(database(), patch.webhook_settings ?? {});
    return seen(viewer, await previewSettings(viewer, settings), webhooks.after);
  }
  const after = await transaction(database(), async (tx) => {
    const written = await writeSettings(tx, viewer, settings);
    await writeWebhooks(tx, viewer, patch.webhook_settings ?? {});
    return written;
  });
  return seen(viewer, after, await readWebhooks(database(), viewer));
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
    webhookIntervalSeconds: patch.webhook_settings?.interval ?? undefined,
  });
}

function definedOnly(change: Partial<Settings>): Partial<Settings> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}

export function serializeConfig({ settings, webhooks, showsAgentOptions }: Config) {
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
    webhook_settings: {
      host_status_webhook: NO_HOST_STATUS,
      failing_policies_webhook: serializeFailing(webhooks.failing),
      activities_webhook: serializeActivitiesWebhook(webhooks.activities),
      interval: goDuration(settings.webhookIntervalSeconds),
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
