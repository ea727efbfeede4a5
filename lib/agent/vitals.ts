import type { HostBattery, HostUser, hosts } from "#db/schema/hosts.ts";
import { platformFamily } from "#lib/osquery/platform.ts";

export type Row = Record<string, string>;
/** Columns of a host's row that its details set. */
export type Vitals = Partial<
  Omit<typeof hosts.$inferInsert, "id" | "teamId" | "createdAt" | "updatedAt" | "lastEnrolledAt">
>;

export interface Details {
  vitals: Vitals;
  users?: HostUser[];
  batteries?: HostBattery[];
  /** Name and columns of each table that the host's extensions add. */
  extensionTables?: Row[];
}

/** What firmware says when nobody filled in a serial number. */
const SERIAL_PLACEHOLDERS = new Set([
  "-1",
  "0",
  "none",
  "default string",
  "to be filled by o.e.m.",
  "system serial number",
  "not specified",
]);
const BATTERIES_MAX = 8;
const USERS_MAX = 100;
const EXTENSION_TABLES_MAX = 200;
const UNSIGNED_INT_MAX = 2 ** 32 - 1;
/** A longer uptime is a broken clock. */
const UPTIME_SECONDS_MAX = 100 * 365 * 86_400;
/** Two reports of one boot compute boot times that differ by rounding and clock drift. */
const BOOT_TIME_ROUNDING_MS = 60_000;

const text = (value: string | undefined, length = 255) => (value ?? "").slice(0, length);
/** 0 for what the column cannot hold: a refused row would have the agent send it for ever. */
const integer = (value: string | undefined, max = UNSIGNED_INT_MAX) => {
  const number = Math.trunc(Number(value));
  return number > 0 && number <= max ? number : 0;
};
const decimal = (value: string | undefined) => {
  const number = Number(value);
  return value && Number.isFinite(number) && number >= 0 ? number : null;
};

function osVersion(row: Row): Vitals {
  const numbers = [row.major, row.minor, row.patch].filter((part) => part && part !== "0");
  const version = row.version || numbers.join(".");
  const named = version.startsWith(row.name ?? "") ? version : `${row.name ?? ""} ${version}`;
  return {
    osName: text(row.name),
    osVersion: text(named.trim()),
    osBuild: text(row.build, 64),
    codeName: text(row.codename, 64),
    platform: text(row.platform, 64),
    platformLike: text(row.platform_like, 64),
    platformFamily: platformFamily(row.platform ?? ""),
  };
}

function windowsVersion(row: Row): Vitals {
  const release = row.display_version ? ` ${row.display_version}` : "";
  return {
    osName: text(row.name),
    osVersion: text(`${row.name ?? ""}${release} ${row.version ?? ""}`.trim()),
  };
}

function systemInfo(row: Row): Vitals {
  const serial = (row.hardware_serial ?? "").trim();
  return {
    hostname: text(row.hostname),
    computerName: text(row.computer_name),
    uuid: text(row.uuid, 64),
    cpuType: text(row.cpu_type),
    cpuSubtype: text(row.cpu_subtype),
    cpuBrand: text(row.cpu_brand),
    cpuPhysicalCores: integer(row.cpu_physical_cores),
    cpuLogicalCores: integer(row.cpu_logical_cores),
    memoryBytes: integer(row.physical_memory, Number.MAX_SAFE_INTEGER),
    hardwareVendor: text(row.hardware_vendor),
    hardwareModel: text(row.hardware_model),
    hardwareVersion: text(row.hardware_version),
    hardwareSerial: SERIAL_PLACEHOLDERS.has(serial.toLowerCase()) ? "" : text(serial),
  };
}

function flags(rows: Row[]): Vitals {
  const seconds = (name: string) => integer(rows.find((row) => row.name === name)?.value);
  return {
    distributedIntervalSeconds: seconds("distributed_interval"),
    configRefreshSeconds: seconds("config_refresh") || seconds("config_tls_refresh"),
    loggerPeriodSeconds: seconds("logger_tls_period"),
  };
}

function bootTime(row: Row, nowMs: number): Vitals {
  const uptimeSeconds = integer(row.total_seconds, UPTIME_SECONDS_MAX);
  if (uptimeSeconds === 0) return {};
  const booted = nowMs - uptimeSeconds * 1000;
  return {
    lastRestartedAt: new Date(Math.round(booted / BOOT_TIME_ROUNDING_MS) * BOOT_TIME_ROUNDING_MS),
  };
}

const diskSpace = (row: Row): Vitals => ({
  diskAvailableGigabytes: decimal(row.gigs_disk_space_available),
  diskTotalGigabytes: decimal(row.gigs_total_disk_space),
});

const primaryInterface = (row: Row): Vitals => ({
  primaryIp: text(row.address, 64),
  primaryMac: text(row.mac, 32),
});

const hostUser = (row: Row): HostUser => ({
  uid: integer(row.uid),
  username: text(row.username),
  type: text(row.type),
  groupname: text(row.groupname),
  shell: text(row.shell),
});

const hostBattery = (row: Row): HostBattery => ({
  cycle_count: integer(row.cycle_count),
  health: text(row.health, 32),
});

type Ingest = (rows: Row[], nowMs: number) => Details;
const ofFirst =
  (read: (row: Row, nowMs: number) => Vitals): Ingest =>
  (rows, nowMs) => ({ vitals: rows[0] ? read(rows[0], nowMs) : {} });

const encrypted: Ingest = (rows) => ({ vitals: { diskEncryptionEnabled: rows.length > 0 } });
const batteries: Ingest = (rows) => ({
  vitals: {},
  batteries: rows.slice(0, BATTERIES_MAX).map(hostBattery),
});

/** By name of the detail query; what is not here was not asked by us. */
const INGESTS: Record<string, Ingest> = {
  os_version: ofFirst(osVersion),
  os_version_windows: ofFirst(windowsVersion),
  system_info: ofFirst(systemInfo),
  osquery_info: ofFirst((row) => ({ osqueryVersion: text(row.version, 32) })),
  osquery_flags: (rows) => ({ vitals: flags(rows) }),
  uptime: ofFirst(bootTime),
  network_interface_unix: ofFirst(primaryInterface),
  network_interface_windows: ofFirst(primaryInterface),
  disk_space_unix: ofFirst(diskSpace),
  disk_space_windows: ofFirst(diskSpace),
  disk_encryption_darwin: encrypted,
  disk_encryption_linux: encrypted,
  disk_encryption_windows: encrypted,
  users: (rows) => ({ vitals: {}, users: rows.slice(0, USERS_MAX).map(hostUser) }),
  battery: batteries,
  extension_tables: (rows) => ({
    vitals: {},
    extensionTables: rows.slice(0, EXTENSION_TABLES_MAX),
  }),
};

/** Adds what one detail query told to `details`. Unknown names add nothing. */
export function ingestDetail(details: Details, name: string, rows: Row[], nowMs: number): void {
  // Agents choose the name, and every object has a "constructor".
  const ingest = Object.hasOwn(INGESTS, name) ? INGESTS[name] : undefined;
  if (!ingest) return;
  const told = ingest(rows, nowMs);
  Object.assign(details.vitals, told.vitals);
  if (told.users) details.users = told.users;
  if (told.batteries) details.batteries = told.batteries;
  if (told.extensionTables) details.extensionTables = told.extensionTables;
}

/** What enrolment tells beforehand, so that policies of the platform can run at once. */
export function vitalsOfEnrolment(tables: Record<string, Row>): Vitals {
  const details: Details = { vitals: {} };
  for (const name of ["os_version", "system_info", "osquery_info"]) {
    const row = tables[name];
    if (row) ingestDetail(details, name, [row], 0);
  }
  return details.vitals;
}
