import { z } from "zod";
import { parseDurationSeconds } from "#lib/duration.ts";
import { globalWebhooksJson, globalWebhooksShape } from "#lib/webhooks/schema.ts";
import { agentOptionsSchema, settingsSchema } from "./schema.ts";

const { shape } = settingsSchema;
/** Parts of Fleet's configuration about things Muster does not do: accepted, and not kept. */
const foreign = z.unknown().optional();

export const webhookInterval = z
  .string()
  .transform((text) => parseDurationSeconds(text) ?? Number.NaN)
  .pipe(shape.webhookIntervalSeconds);

export const configBody = z.strictObject({
  org_info: z
    .strictObject({
      org_name: shape.orgName.optional(),
      org_logo_url: shape.orgLogoUrl.optional(),
      org_logo_url_light_background: foreign,
      contact_url: shape.contactUrl.optional(),
    })
    .nullish(),
  server_settings: z
    .strictObject({
      server_url: shape.serverUrl.optional(),
      live_query_disabled: foreign,
      enable_analytics: foreign,
      debug_host_ids: foreign,
      deferred_save_host: foreign,
      query_reports_disabled: foreign,
      query_report_cap: foreign,
      scripts_disabled: foreign,
      ai_features_disabled: foreign,
    })
    .nullish(),
  agent_options: agentOptionsSchema.nullish(),
  activity_expiry_settings: foreign,
  conditional_access: foreign,
  features: foreign,
  fleet_desktop: foreign,
  gitops: z
    .strictObject({
      gitops_mode_enabled: shape.gitopsModeEnabled.optional(),
      repository_url: shape.repositoryUrl.optional(),
      exceptions: foreign,
    })
    .nullish(),
  host_expiry_settings: foreign,
  host_settings: foreign,
  integrations: foreign,
  mdm: foreign,
  scripts: foreign,
  smtp_settings: foreign,
  smtp_test: foreign,
  sso_settings: foreign,
  vulnerability_settings: foreign,
  yara_rules: foreign,
  webhook_settings: z
    .strictObject({ ...globalWebhooksShape, interval: webhookInterval.nullish() })
    .nullish(),
  // Read-only; clients send back what they got.
  email: foreign,
  license: foreign,
  logging: foreign,
  partnerships: foreign,
  update_interval: foreign,
  vulnerabilities: foreign,
});
export type ConfigPatch = z.output<typeof configBody>;

const foreignSection = z.record(z.string(), z.unknown());
const foreignSections = {
  smtp_settings: foreignSection,
  sso_settings: foreignSection,
  fleet_desktop: foreignSection,
  vulnerability_settings: foreignSection,
  vulnerabilities: foreignSection,
  logging: foreignSection,
  integrations: foreignSection,
};

export const configReply = z.object({
  org_info: z.object({
    org_name: z.string(),
    org_logo_url: z.string(),
    org_logo_url_light_background: z.string(),
    contact_url: z.string(),
  }),
  server_settings: z.object({
    server_url: z.string(),
    live_query_disabled: z.boolean(),
    enable_analytics: z.boolean(),
    query_reports_disabled: z.boolean(),
    scripts_disabled: z.boolean(),
  }),
  agent_options: z.record(z.string(), z.unknown()).optional(),
  features: z.record(z.string(), z.boolean()),
  host_expiry_settings: z.object({
    host_expiry_enabled: z.boolean(),
    host_expiry_window: z.number(),
  }),
  activity_expiry_settings: z.object({
    activity_expiry_enabled: z.boolean(),
    activity_expiry_window: z.number(),
  }),
  mdm: z.record(z.string(), z.boolean()),
  /** Nanoseconds. */
  update_interval: z.object({ osquery_detail: z.number(), osquery_policy: z.number() }),
  gitops: z.object({ gitops_mode_enabled: z.boolean(), repository_url: z.string() }),
  webhook_settings: globalWebhooksJson,
  license: z.object({
    tier: z.string(),
    organization: z.string(),
    device_count: z.number(),
    expiration: z.string(),
    note: z.string(),
    managed_cloud: z.boolean(),
  }),
  ...foreignSections,
});
export type ConfigJson = z.output<typeof configReply>;

export const versionReply = z.object({
  version: z.string(),
  branch: z.string(),
  revision: z.string(),
  go_version: z.string(),
  build_date: z.string(),
  build_user: z.string(),
});

/** Muster's own settings as JSON: the same values by snake_case names. */
export const settingsJson = z.object({
  org_name: shape.orgName,
  org_logo_url: shape.orgLogoUrl,
  contact_url: shape.contactUrl,
  server_url: shape.serverUrl,
  gate: shape.gate,
  pass_cache_seconds: shape.passCacheSeconds,
  device_link_seconds: shape.deviceLinkSeconds,
  gitops_mode_enabled: shape.gitopsModeEnabled,
  repository_url: shape.repositoryUrl,
  history_days: shape.historyDays,
  flapping_changes: shape.flappingChanges,
  impact_confirm_percent: shape.impactConfirmPercent,
  webhook_interval_seconds: shape.webhookIntervalSeconds,
});
export type SettingsJson = z.output<typeof settingsJson>;
export const settingsBody = settingsJson.partial();
export const settingsReply = z.object({ settings: settingsJson });
