import { z } from "zod";
import { hostPolicyJson, verdict } from "#lib/hosts/json.ts";

export const deviceParams = z.object({ token: z.string().min(1) });

/** What a person may see of a policy: no SQL, no author, no message of osquery's (it quotes SQL). */
export const devicePolicyJson = hostPolicyJson.pick({
  id: true,
  name: true,
  description: true,
  resolution: true,
  platform: true,
  critical: true,
  response: true,
  state: true,
  as_of: true,
  since: true,
  last_response: true,
  exempt: true,
  paused_at: true,
});
export type DevicePolicyJson = z.output<typeof devicePolicyJson>;

const moment = z.iso.datetime();

export const deviceHostJson = z.object({
  id: z.int(),
  hostname: z.string(),
  computer_name: z.string(),
  display_name: z.string(),
  display_text: z.string(),
  platform: z.string(),
  platform_family: z.string(),
  os_version: z.string(),
  osquery_version: z.string(),
  uuid: z.string(),
  hardware_vendor: z.string(),
  hardware_model: z.string(),
  hardware_serial: z.string(),
  cpu_brand: z.string(),
  memory: z.int(),
  gigs_disk_space_available: z.number(),
  percent_disk_space_available: z.number(),
  gigs_total_disk_space: z.number(),
  disk_encryption_enabled: z.boolean().nullable(),
  last_restarted_at: moment,
  last_enrolled_at: moment,
  seen_time: moment,
  detail_updated_at: moment,
  policy_updated_at: moment,
  status: z.enum(["online", "offline"]),
  refetch_requested: z.boolean(),
  refetch_requested_at: moment.nullable(),
  verdict,
  failing_policies_count: z.int(),
  failing_critical_policies_count: z.int(),
  policies: z.array(devicePolicyJson),
});
export type DeviceHostJson = z.output<typeof deviceHostJson>;

export const deviceReply = z.object({
  host: deviceHostJson,
  self_service: z.boolean(),
  org_name: z.string(),
  org_logo_url: z.string(),
  org_logo_url_light_background: z.string(),
  org_contact_url: z.string(),
  license: z.object({ tier: z.string() }),
  global_config: z.object({
    mdm: z.object({ enabled_and_configured: z.boolean() }),
    features: z.object({ enable_software_inventory: z.boolean() }),
  }),
  /** When the link ends. */
  link_expires_at: moment,
});
export type DeviceReply = z.output<typeof deviceReply>;

export const devicePoliciesReply = z.object({ policies: z.array(devicePolicyJson) });

export const deviceDesktopReply = z.object({
  failing_policies_count: z.int(),
  self_service: z.boolean(),
  notifications: z.object({}),
  config: z.object({
    org_info: z.object({
      org_name: z.string(),
      org_logo_url: z.string(),
      org_logo_url_light_background: z.string(),
      contact_url: z.string(),
    }),
    mdm: z.object({ macos_migration: z.object({ mode: z.string() }) }),
  }),
});

/** Fleet's shape of a link. */
export const deviceUrlReply = z.object({ host_id: z.int(), device_url: z.string() });
export const deviceLinkReply = z.object({ url: z.string(), expires_at: moment });
