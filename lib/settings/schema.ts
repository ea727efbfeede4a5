import { z } from "zod";

/** A pass may be remembered this long by a gateway; the standard asks for no more than an hour. */
const PASS_CACHE_SECONDS_MAX = 3_600;
const PASS_CACHE_RANGE = `Enter whole seconds from 0 to ${PASS_CACHE_SECONDS_MAX}`;
const DEVICE_LINK_SECONDS_MIN = 300;
const DEVICE_LINK_SECONDS_MAX = 30 * 86_400;
const DEVICE_LINK_RANGE = `Enter whole seconds from ${DEVICE_LINK_SECONDS_MIN} to ${DEVICE_LINK_SECONDS_MAX}`;
const HISTORY_DAYS_MIN = 30;
/** Three years of audits; 100,000 hosts that change daily fill a disk faster than anybody reads. */
const HISTORY_DAYS_MAX = 1_100;
const HISTORY_RANGE = `Enter whole days from ${HISTORY_DAYS_MIN} to ${HISTORY_DAYS_MAX}`;
/** Fleet's default is a day; a week is as far as anybody would put off what fails. */
const WEBHOOK_INTERVAL_SECONDS_MAX = 7 * 86_400;
const WEBHOOK_INTERVAL_RANGE = "Use a time from one second (1s) to a week (168h)";
const FLAPPING_CHANGES_MAX = 100;
const FLAPPING_RANGE = `Enter a whole number from 1 to ${FLAPPING_CHANGES_MAX}`;

/** A hundred never asks: no part is larger than the whole. */
const CONFIRM_RANGE = "Enter a whole percentage from 1 to 100";

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
  /** How long changes of state, and what policies and hosts were, are kept. */
  historyDays: z
    .int(HISTORY_RANGE)
    .min(HISTORY_DAYS_MIN, HISTORY_RANGE)
    .max(HISTORY_DAYS_MAX, HISTORY_RANGE),
  /** A host that goes between pass and fail more often than this in a day is flapping. */
  flappingChanges: z
    .int(FLAPPING_RANGE)
    .min(1, FLAPPING_RANGE)
    .max(FLAPPING_CHANGES_MAX, FLAPPING_RANGE),
  /** Saving what concerns more than this part of the hosts is confirmed by typing a name. */
  impactConfirmPercent: z.int(CONFIRM_RANGE).min(1, CONFIRM_RANGE).max(100, CONFIRM_RANGE),
  /** How far apart two deliveries about the same policy are at least: what begins to fail meanwhile goes together. */
  webhookIntervalSeconds: z
    .number(WEBHOOK_INTERVAL_RANGE)
    .min(1, WEBHOOK_INTERVAL_RANGE)
    .max(WEBHOOK_INTERVAL_SECONDS_MAX, WEBHOOK_INTERVAL_RANGE),
  /** Policies, labels and teams are written in a repository: the console shows where, and edits none. */
  gitopsModeEnabled: z.boolean(),
  /** That repository, for people to open. */
  repositoryUrl: z.union([
    z.literal(""),
    z
      .url({ protocol: /^https?$/, error: "Use an absolute URL such as https://git.example/fleet" })
      .max(2048),
  ]),
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
  gitopsModeEnabled: false,
  repositoryUrl: "",
  historyDays: 400,
  flappingChanges: 4,
  impactConfirmPercent: 20,
  webhookIntervalSeconds: 5,
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
