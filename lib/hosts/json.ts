import { z } from "zod";
import { hostLabelJson, labelSummaryJson } from "#lib/labels/schema.ts";
import { STATES } from "#lib/membership/status.ts";
import { policyKeysJson } from "#lib/policies/schema.ts";

/** RFC 3339 in UTC. */
const moment = z.iso.datetime();
const response = z.enum(["pass", "fail", ""]);
export const verdict = z.enum(["pass", "fail", "unknown"]);

/** A policy as one host stands on it (fleet-api 2.3, and Muster's keys from `state` on). */
export const hostPolicyJson = policyKeysJson.extend({
  response,
  state: z.enum(STATES),
  /** When the host last answered; null while pending. */
  as_of: moment.nullable(),
  /** When the state began; null where nobody knows. */
  since: moment.nullable(),
  revision: z.int(),
  /** osquery's message when state is error. */
  error: z.string().nullable(),
  /** The last pass or fail, which an error or staleness does not erase. */
  last_response: response,
  /** What lets the host off it, also while it has not answered yet; null: nothing. */
  exempt: z.object({ id: z.int(), expires_at: moment }).nullable(),
  /** Since when it is asked of nobody; then it gates nothing. */
  paused_at: moment.nullable(),
});
export type HostPolicyJson = z.output<typeof hostPolicyJson>;

const labelName = z.object({ id: z.int(), name: z.string() });

const hostUser = z.object({
  uid: z.int(),
  username: z.string(),
  type: z.string(),
  groupname: z.string(),
  shell: z.string(),
});

/** Keys of fleet-api 2.3. What Muster does not keep (software, MDM) is empty. */
export const hostJson = z.object({
  id: z.int(),
  created_at: moment,
  updated_at: moment,
  software_updated_at: moment,
  detail_updated_at: moment,
  label_updated_at: moment,
  policy_updated_at: moment,
  last_enrolled_at: moment,
  seen_time: moment,
  refetch_requested: z.boolean(),
  refetch_requested_at: moment.nullable(),
  refetch_critical_queries_until: z.null(),
  hostname: z.string(),
  computer_name: z.string(),
  display_name: z.string(),
  display_text: z.string(),
  uuid: z.string(),
  platform: z.string(),
  platform_like: z.string(),
  /** Muster's: darwin, windows, linux, chrome, or "" while unknown. */
  platform_family: z.string(),
  os_version: z.string(),
  os_name: z.string(),
  build: z.string(),
  code_name: z.string(),
  osquery_version: z.string(),
  orbit_version: z.null(),
  fleet_desktop_version: z.null(),
  scripts_enabled: z.null(),
  /** Nanoseconds, as of detail_updated_at. */
  uptime: z.int(),
  last_restarted_at: moment,
  /** Bytes. */
  memory: z.int(),
  cpu_type: z.string(),
  cpu_subtype: z.string(),
  cpu_brand: z.string(),
  cpu_physical_cores: z.int(),
  cpu_logical_cores: z.int(),
  hardware_vendor: z.string(),
  hardware_model: z.string(),
  hardware_version: z.string(),
  hardware_serial: z.string(),
  public_ip: z.string(),
  primary_ip: z.string(),
  primary_mac: z.string(),
  distributed_interval: z.int(),
  config_tls_refresh: z.int(),
  logger_tls_period: z.int(),
  team_id: z.int().nullable(),
  team_name: z.string().nullable(),
  pack_stats: z.null(),
  gigs_disk_space_available: z.number(),
  percent_disk_space_available: z.number(),
  gigs_total_disk_space: z.number(),
  disk_encryption_enabled: z.boolean().nullable(),
  issues: z.object({ failing_policies_count: z.int(), total_issues_count: z.int() }).optional(),
  mdm: z.object({
    enrollment_status: z.null(),
    server_url: z.null(),
    name: z.string(),
    encryption_key_available: z.boolean(),
  }),
  status: z.enum(["online", "offline"]),
  verdict,
  failing_policies_count: z.int(),
  failing_critical_policies_count: z.int(),
  /**
   * Muster's, in lists by policy_id of at most 200 hosts: how often the host went between pass and fail
   * on that policy within 24 hours, if that is more than the setting allows; null: it does not flap.
   */
  flapping_changes: z.int().nullable().optional(),
  policies: z.array(hostPolicyJson).optional(),
  users: z.array(hostUser).optional(),
  labels: z.array(hostLabelJson).optional(),
  unknown_labels: z.array(labelName).optional(),
});
export type HostJson = z.output<typeof hostJson>;

/** A host's own page and attestation. */
export const hostDetailJson = hostJson.extend({
  policies: z.array(hostPolicyJson),
  users: z.array(hostUser),
  batteries: z.array(z.object({ cycle_count: z.int(), health: z.string() })),
  labels: z.array(hostLabelJson),
  /** Muster's: labels of which it is not known yet whether the host is a member. */
  unknown_labels: z.array(labelName),
  packs: z.array(z.never()),
  software: z.array(z.never()),
  end_users: z.array(z.never()),
  /** A link for the person at the host; see My device. */
  my_device_url: z.string(),
  /** Until when the verdict's evidence is fresh; null when it has none. */
  valid_until: moment.nullable(),
});
export type HostDetailJson = z.output<typeof hostDetailJson>;

export const hostListReply = z.object({ hosts: z.array(hostJson) });
export const hostReply = z.object({ host: hostDetailJson });
export const hostCountReply = z.object({ count: z.int() });

export const hostSummaryReply = z.object({
  team_id: z.int().optional(),
  totals_hosts_count: z.int(),
  online_count: z.int(),
  offline_count: z.int(),
  mia_count: z.int(),
  missing_30_days_count: z.int(),
  new_count: z.int(),
  all_linux_count: z.int(),
  low_disk_space_count: z.int().optional(),
  builtin_labels: z.array(labelSummaryJson),
  platforms: z.array(z.object({ platform: z.string(), hosts_count: z.int() })),
  /** Muster's: hosts by verdict. */
  verdicts: z.object({ pass: z.int(), fail: z.int(), unknown: z.int() }),
});
export type HostSummary = z.output<typeof hostSummaryReply>;

export const hostHealthReply = z.object({
  host_id: z.int(),
  health: z.object({
    updated_at: moment,
    os_version: z.string(),
    disk_encryption_enabled: z.boolean().nullable(),
    failing_policies_count: z.int(),
    failing_critical_policies_count: z.int(),
    failing_policies: z.array(
      z.object({
        id: z.int(),
        name: z.string(),
        critical: z.boolean(),
        resolution: z.string(),
      }),
    ),
    vulnerable_software: z.array(z.never()),
    team_id: z.int().nullable(),
    verdict,
  }),
});
export type HostHealth = z.output<typeof hostHealthReply>;
