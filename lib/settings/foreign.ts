/**
 * Parts of Fleet's configuration about things Muster does not do, as a Fleet that has them all off
 * answers them: its clients decode them (contract: fleet-api 6.3, 9.3), and what they send is not kept.
 */

const NO_AUTOMATIONS = {
  host_status_webhook: {
    enable_host_status_webhook: false,
    destination_url: "",
    host_percentage: 0,
    days_count: 0,
  },
  failing_policies_webhook: {
    enable_failing_policies_webhook: false,
    destination_url: "",
    policy_ids: [],
    host_batch_size: 0,
  },
};

const NO_INTEGRATIONS = { jira: [], zendesk: [], conditional_access_enabled: false };

export const FEATURES = { enable_host_users: true, enable_software_inventory: false };
export const NO_EXPIRY = { host_expiry_enabled: false, host_expiry_window: 0 };

export const FOREIGN_CONFIG = {
  smtp_settings: { enable_smtp: false, configured: false },
  sso_settings: { enable_sso: false, enable_sso_idp_login: false, enable_jit_provisioning: false },
  fleet_desktop: { transparency_url: "" },
  vulnerability_settings: { databases_path: "" },
  vulnerabilities: { disable_schedule: true },
  logging: { debug: false, json: true },
  webhook_settings: { ...NO_AUTOMATIONS, interval: "24h0m0s" },
  integrations: { ...NO_INTEGRATIONS, google_calendar: [] },
};

export const FOREIGN_TEAM = {
  webhook_settings: NO_AUTOMATIONS,
  integrations: { ...NO_INTEGRATIONS, google_calendar: null },
  features: FEATURES,
  mdm: {},
};
