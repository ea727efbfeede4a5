/**
 * Parts of Fleet's configuration about things Muster does not do, as a Fleet that has them all off
 * answers them: its clients decode them (contract: fleet-api 6.3, 9.3), and what they send is not kept.
 */

export const NO_HOST_STATUS = {
  enable_host_status_webhook: false,
  destination_url: "",
  host_percentage: 0,
  days_count: 0,
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
  integrations: { ...NO_INTEGRATIONS, google_calendar: [] },
};

export const FOREIGN_TEAM = {
  integrations: { ...NO_INTEGRATIONS, google_calendar: null },
  features: FEATURES,
  mdm: {},
};
