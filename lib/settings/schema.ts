import { z } from "zod";

/** A pass may be remembered this long by a gateway; the standard asks for no more than an hour. */
const PASS_CACHE_SECONDS_MAX = 3_600;
const PASS_CACHE_RANGE = `Enter whole seconds from 0 to ${PASS_CACHE_SECONDS_MAX}`;
const DEVICE_LINK_SECONDS_MIN = 300;
const DEVICE_LINK_SECONDS_MAX = 30 * 86_400;
const DEVICE_LINK_RANGE = `Enter whole seconds from ${DEVICE_LINK_SECONDS_MIN} to ${DEVICE_LINK_SECONDS_MAX}`;

const pack = z.looseObject({
  queries: z
    .record(z.string(), z.looseObject({ query: z.string(), interval: z.number().positive() }))
    .optional(),
});

/** osquery's configuration. A pack that is not one makes agents and Fleet's simulator fall over. */
const osqueryConfig = z.looseObject({
  options: z.record(z.string(), z.unknown()).optional(),
  packs: z.record(z.string(), z.string().or(pack)).optional(),
});

/** Fleet's agent options: a configuration, another one by platform, and what only fleetd reads. */
export const agentOptionsSchema = z.strictObject({
  config: osqueryConfig.nullish(),
  overrides: z.strictObject({ platforms: z.record(z.string(), osqueryConfig).nullish() }).nullish(),
  command_line_flags: z.record(z.string(), z.unknown()).nullish(),
  update_channels: z.record(z.string(), z.unknown()).nullish(),
  extensions: z.record(z.string(), z.unknown()).nullish(),
  script_execution_timeout: z.number().int().nullish(),
});

export const settingsSchema = z.object({
  orgName: z.string().trim().min(1, "The organisation needs a name").max(255),
  orgLogoUrl: z.string().max(2048),
  /** Where people ask for help, shown on My device. */
  contactUrl: z.string().max(2048),
  /** The address people and agents reach the server by; "" takes that of the request. */
  serverUrl: z.union([z.literal(""), z.url("Use an absolute URL such as https://muster.example")]),
  /** Which failing policies turn the verdict: critical ones only, or all. */
  gate: z.enum(["critical", "all"]),
  passCacheSeconds: z
    .int(PASS_CACHE_RANGE)
    .min(0, PASS_CACHE_RANGE)
    .max(PASS_CACHE_SECONDS_MAX, PASS_CACHE_RANGE),
  /** How long a My device link lives. */
  deviceLinkSeconds: z
    .int(DEVICE_LINK_RANGE)
    .min(DEVICE_LINK_SECONDS_MIN, DEVICE_LINK_RANGE)
    .max(DEVICE_LINK_SECONDS_MAX, DEVICE_LINK_RANGE),
  /** osquery's options and the rest of its configuration, for hosts whose team has none. */
  agentOptions: z.record(z.string(), z.unknown()),
});

export type Settings = z.output<typeof settingsSchema>;

export const defaultSettings: Settings = {
  orgName: "Muster",
  orgLogoUrl: "",
  contactUrl: "",
  serverUrl: "",
  gate: "critical",
  passCacheSeconds: 300,
  deviceLinkSeconds: 24 * 3600,
  agentOptions: {
    config: {
      options: {
        pack_delimiter: "/",
        logger_tls_period: 10,
        distributed_plugin: "tls",
        disable_distributed: false,
        logger_tls_endpoint: "/api/osquery/log",
        distributed_interval: 10,
        distributed_tls_max_attempts: 3,
      },
      decorators: {
        load: [
          "SELECT uuid AS host_uuid FROM system_info;",
          "SELECT hostname AS hostname FROM system_info;",
        ],
      },
    },
    overrides: {},
  },
};
