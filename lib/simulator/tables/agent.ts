import { tablesFor } from "#lib/osquery/tables.ts";
import type { HostProfile } from "../profile.ts";
import { type Row, type TableSet, unixSeconds } from "./table-set.ts";

/** Decimal bit masks of osquery's platform types, as `platform_type` on enrolment has them. */
export const platformMasks = { linux: 9, darwin: 21, windows: 2 } as const;

const flags: [name: string, type: string, value: string, initial: string][] = [
  ["config_plugin", "string", "tls", "filesystem"],
  ["config_refresh", "uint64", "60", "0"],
  ["config_tls_refresh", "uint64", "60", "0"],
  ["disable_distributed", "bool", "false", "true"],
  ["disable_events", "bool", "false", "false"],
  ["distributed_interval", "uint64", "10", "60"],
  ["distributed_plugin", "string", "tls", "tls"],
  ["host_identifier", "string", "uuid", "hostname"],
  ["logger_plugin", "string", "tls", "filesystem"],
  ["logger_tls_period", "uint64", "10", "4"],
];

const plugins: [registry: string, name: string, active: number][] = [
  ["config", "tls", 1],
  ["config", "filesystem", 0],
  ["distributed", "tls", 1],
  ["enroll", "tls", 1],
  ["logger", "tls", 1],
  ["logger", "filesystem", 0],
];

function registryRow(registry: string, name: string, active: number): Row {
  return { registry, name, owner_uuid: 0, internal: 0, active };
}

function registryRows(host: HostProfile): Row[] {
  return [
    ...plugins.map(([registry, name, active]) => registryRow(registry, name, active)),
    ...tablesFor(host.platform).map((table) => registryRow("table", table.name, 1)),
  ];
}

/** What osquery says about itself. */
export const agentTables: TableSet = {
  osquery_info: (host, { startedAt }) => [
    {
      pid: 400 + (host.index % 900),
      uuid: host.uuid,
      instance_id: host.instanceId,
      version: host.osqueryVersion,
      config_hash: "",
      config_valid: 1,
      extensions: "active",
      build_platform: host.platform,
      build_distro: { darwin: "10.14", linux: "centos7", windows: "10" }[host.platform],
      start_time: unixSeconds(startedAt),
      watcher: 390 + (host.index % 900),
      platform_mask: platformMasks[host.platform],
    },
  ],
  osquery_flags: () =>
    flags.map(([name, type, value, initial]) => ({
      name,
      type,
      description: "",
      default_value: initial,
      value,
      shell_only: 0,
    })),
  osquery_registry: registryRows,
  osquery_extensions: (host) => [
    {
      uuid: 0,
      name: "core",
      version: host.osqueryVersion,
      sdk_version: "0.0.0",
      path: "",
      type: "core",
    },
  ],
};
