import { createHash } from "node:crypto";
import { isAbsolute, resolve } from "node:path";
import { z } from "zod";
import { parseDurationSeconds } from "./duration.ts";

const ROLES = ["agents", "web", "worker"] as const;
export type Role = (typeof ROLES)[number];

const SAMPLERS = [
  "always_on",
  "always_off",
  "traceidratio",
  "parentbased_always_on",
  "parentbased_always_off",
  "parentbased_traceidratio",
] as const;

const KEY_CHARACTERS_MIN = 32;
/** Each opens up to 31 connections to the database. */
const WORKERS_MAX = 64;
const PORT_MAX = 65_535;
export const isSwitch = (s: Setting) => s.parse === onOff;
export const isPath = (s: Setting) => s.parse === path;

const text = z.string();
const path = z.string().transform((v) => (v === "" ? "" : resolve(v)));
const onOff = z
  .enum(["true", "false"], "is neither true nor false.")
  .transform((v) => v === "true");
const roles = text
  .transform((list) => list.split(",").map((role) => role.trim()))
  .pipe(z.array(z.enum(ROLES, `is not a list of ${ROLES.join(", ")}, such as agents,web.`)).min(1));
const key = text
  .refine((v) => v === "" || v.length >= KEY_CHARACTERS_MIN, "needs 32 characters or more.")
  .transform((v) => (v === "" ? Buffer.alloc(0) : createHash("sha256").update(v).digest()));

function wholeNumber(min: number, max: number) {
  const problem = `is not a whole number from ${min} to ${max}.`;
  return text
    .regex(/^\d+$/, problem)
    .transform(Number)
    .pipe(z.number().min(min, problem).max(max, problem));
}

function durationSeconds(minSeconds: number) {
  return text
    .transform((v) => parseDurationSeconds(v) ?? Number.NaN)
    .pipe(z.number("is not a duration. Write a number and a unit, such as 30s, 10m or 1h."))
    .refine((v) => v >= minSeconds, `is too short: the least is ${minSeconds}s.`);
}

function oneOf<const T extends string>(...values: T[]) {
  return z.enum(values, `is not one of ${values.join(", ")}.`);
}

function url(...protocols: string[]) {
  const problem = `is not a URL that starts with ${protocols.map((p) => `${p}//`).join(" or ")}.`;
  return text.refine(
    (v) => v === "" || (URL.canParse(v) && protocols.includes(new URL(v).protocol)),
    problem,
  );
}

export interface Setting<T extends z.ZodType = z.ZodType> {
  /** `--flag` on the command line. A FLEET_* setting also answers to Fleet's own flag. */
  flag: string;
  variable: string;
  /** As it would be written; empty means: not set. */
  fallback: string;
  parse: T;
  help: string;
}

const setting = <T extends z.ZodType>(
  flag: string,
  variable: string,
  fallback: string,
  parse: T,
  help: string,
): Setting<T> => ({ flag, variable, fallback, parse, help });

const isPort = (v: string) => /^\d+$/.test(v) && Number(v) >= 1 && Number(v) <= PORT_MAX;
const port = text
  .refine((v) => v === "" || isPort(v), `is not a whole number from 1 to ${PORT_MAX}.`)
  .transform((v) => (v === "" ? undefined : Number(v)));
const address = text.refine(
  (v) => v.includes(":") && isPort(v.slice(v.lastIndexOf(":") + 1)),
  "is not host:port, such as 0.0.0.0:8080 or :8080.",
);
const innerFolder = text.refine(
  (v) => v !== "" && !isAbsolute(v) && !v.split("/").includes(".."),
  "is not a folder within the project.",
);

/** Every setting there is. `--help`, the parser and the type `Env` are made from this table. */
export const settings = {
  port: setting("port", "MUSTER_PORT", "", port, "port to listen on (8080)"),
  host: setting("host", "MUSTER_HOST", "", text, "address to listen on (127.0.0.1)"),
  address: setting(
    "server-address",
    "FLEET_SERVER_ADDRESS",
    "127.0.0.1:8080",
    address,
    "both in one, as host:port",
  ),
  serverUrl: setting(
    "server-url",
    "MUSTER_SERVER_URL",
    "",
    url("http:", "https:"),
    "URL by which people and hosts reach this server",
  ),
  dataDir: setting(
    "data",
    "MUSTER_DATA",
    ".data",
    path,
    "directory for the embedded database, keys and certificates",
  ),
  databaseUrl: setting(
    "database-url",
    "DATABASE_URL",
    "",
    url("mysql:"),
    "your own MySQL, mysql://user:password@host:3306/name (else the embedded one)",
  ),
  databaseReplicaUrl: setting(
    "database-replica-url",
    "DATABASE_REPLICA_URL",
    "",
    url("mysql:"),
    "a replica that lists and the dashboard read from; attestation never does",
  ),
  replicaLagMaxSeconds: setting(
    "replica-lag-max",
    "MUSTER_REPLICA_LAG_MAX",
    "10s",
    durationSeconds(0),
    "how far behind the replica may be; past it everything reads from the database",
  ),
  tlsCert: setting("tls-cert", "FLEET_SERVER_CERT", "", path, "certificate chain, a PEM file"),
  tlsKey: setting("tls-key", "FLEET_SERVER_KEY", "", path, "its private key, a PEM file"),
  tlsSelfSigned: setting(
    "tls-self-signed",
    "MUSTER_TLS_SELF_SIGNED",
    "",
    text.regex(/^[\w.:-]*$/, "is not a host name."),
    "make a local CA and a certificate for this host name",
  ),
  roles: setting("roles", "MUSTER_ROLES", ROLES.join(","), roles, "what this process does"),
  workers: setting(
    "workers",
    "MUSTER_WORKERS",
    "1",
    wholeNumber(1, WORKERS_MAX),
    "how many processes share the port and the work; about one per core",
  ),
  liveQueryRestPeriodSeconds: setting(
    "live_query_rest_period",
    "FLEET_LIVE_QUERY_REST_PERIOD",
    "25s",
    durationSeconds(1),
    "how long POST /hosts/{id}/query waits for the host",
  ),
  policyUpdateIntervalSeconds: setting(
    "osquery_policy_update_interval",
    "FLEET_OSQUERY_POLICY_UPDATE_INTERVAL",
    "1h",
    durationSeconds(1),
    "how often a host runs its policies",
  ),
  detailUpdateIntervalSeconds: setting(
    "osquery_detail_update_interval",
    "FLEET_OSQUERY_DETAIL_UPDATE_INTERVAL",
    "1h",
    durationSeconds(1),
    "how often a host reports its details",
  ),
  labelUpdateIntervalSeconds: setting(
    "osquery_label_update_interval",
    "FLEET_OSQUERY_LABEL_UPDATE_INTERVAL",
    "1h",
    durationSeconds(1),
    "how often a host evaluates labels",
  ),
  maxJitterPercent: setting(
    "osquery_max_jitter_percent",
    "FLEET_OSQUERY_MAX_JITTER_PERCENT",
    "10",
    wholeNumber(0, 100),
    "spread of these intervals",
  ),
  hostIdentifier: setting(
    "osquery_host_identifier",
    "FLEET_OSQUERY_HOST_IDENTIFIER",
    "provided",
    oneOf("provided", "uuid", "hostname", "instance"),
    "what tells hosts apart: provided, uuid, hostname or instance",
  ),
  enrollCooldownSeconds: setting(
    "osquery_enroll_cooldown",
    "FLEET_OSQUERY_ENROLL_COOLDOWN",
    "0",
    durationSeconds(0),
    "least time between two enrolments of a host",
  ),
  nodeKeySizeBytes: setting(
    "osquery_node_key_size",
    "FLEET_OSQUERY_NODE_KEY_SIZE",
    "24",
    wholeNumber(16, 128),
    "random bytes in a node key",
  ),
  sessionDurationSeconds: setting(
    "session_duration",
    "FLEET_SESSION_DURATION",
    "120h",
    durationSeconds(60),
    "how long a person stays signed in",
  ),
  sessionKeySizeBytes: setting(
    "session_key_size",
    "FLEET_SESSION_KEY_SIZE",
    "64",
    wholeNumber(16, 128),
    "random bytes in a session token",
  ),
  serverPrivateKey: setting(
    "server_private_key",
    "FLEET_SERVER_PRIVATE_KEY",
    "",
    key,
    "key of secrets at rest (else made once in DATA/secret.key)",
  ),
  policyRolloutHostsPerSecond: setting(
    "policy-rollout-hosts-per-second",
    "MUSTER_POLICY_ROLLOUT_HOSTS_PER_SECOND",
    "500",
    wholeNumber(1, 1_000_000),
    "how fast a new or edited policy spreads",
  ),
  demo: setting(
    "demo",
    "MUSTER_DEMO",
    "true",
    onOff,
    "start with sample policies and simulated hosts; --no-demo starts empty",
  ),
  demoHosts: setting(
    "demo-hosts",
    "MUSTER_DEMO_HOSTS",
    "100",
    wholeNumber(0, 10_000),
    "number of simulated hosts",
  ),
  reset: setting("reset", "MUSTER_RESET", "false", onOff, "forget all data first"),
  metricsToken: setting(
    "metrics-token",
    "MUSTER_METRICS_TOKEN",
    "",
    text,
    "bearer token that /metrics asks for (else it answers this machine alone)",
  ),
  otlpEndpoint: setting(
    "otlp-endpoint",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "",
    url("http:", "https:"),
    "OpenTelemetry collector that traces are sent to, by OTLP over HTTP (else none are made)",
  ),
  tracesSampler: setting(
    "traces-sampler",
    "OTEL_TRACES_SAMPLER",
    "",
    oneOf("", ...SAMPLERS),
    "OpenTelemetry's sampler (else a hundredth of agents' requests, and all others)",
  ),
  buildDir: setting(
    "build-dir",
    "NEXT_DIST_DIR",
    ".next",
    innerFolder,
    "folder of the built console, within the project",
  ),
  logLevel: setting(
    "log-level",
    "MUSTER_LOG_LEVEL",
    "info",
    oneOf("trace", "debug", "info", "warn", "error", "fatal", "silent"),
    "least level that is logged",
  ),
  mysqld: setting(
    "mysqld",
    "MUSTER_MYSQLD",
    "",
    path,
    "database server program to embed (else the first one found)",
  ),
  webhookPrivateAddresses: setting(
    "webhook-private-addresses",
    "MUSTER_WEBHOOK_PRIVATE_ADDRESSES",
    "false",
    onOff,
    "let webhooks go to private and loopback addresses, such as 10.0.0.5 (never to link-local ones)",
  ),
  trustProxy: setting(
    "trust-proxy",
    "MUSTER_TRUST_PROXY",
    "false",
    onOff,
    "believe X-Forwarded-* headers: only behind a load balancer that sets them itself",
  ),
  dev: setting("dev", "MUSTER_DEV", "false", onOff, "serve the console by next dev"),
};
