import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  double,
  index,
  int,
  mysqlTable,
  primaryKey,
  uniqueIndex,
  varchar,
} from "drizzle-orm/mysql-core";
import { bytes, exactText, hash, jsonText, moment } from "#db/columns.ts";

const words = (name: string, length = 255) => varchar(name, { length }).notNull().default("");
const number = (name: string) => int(name, { unsigned: true }).notNull().default(0);

/** What people see of a host: its vitals, as the last details reported them. */
export const hosts = mysqlTable(
  "hosts",
  {
    id: int({ unsigned: true }).autoincrement().primaryKey(),
    /** null: in no team. */
    teamId: int("team_id", { unsigned: true }),
    hostname: words("hostname"),
    computerName: words("computer_name"),
    /** What people call the host and lists are sorted by; serialize.ts computes the same. */
    displayName: varchar("display_name", { length: 515 }).generatedAlwaysAs(
      sql`(coalesce(nullif(\`computer_name\`, ''), nullif(\`hostname\`, ''), concat(\`hardware_model\`, ' (', \`hardware_serial\`, ')')))`,
      { mode: "stored" },
    ),
    uuid: words("uuid", 64),
    /** As osquery reports it: darwin, windows, ubuntu, rocky ... */
    platform: words("platform", 64),
    /** What policies target: darwin, windows, linux, chrome, or "" while unknown. */
    platformFamily: words("platform_family", 16),
    platformLike: words("platform_like", 64),
    osName: words("os_name"),
    osVersion: words("os_version"),
    osBuild: words("os_build", 64),
    codeName: words("code_name", 64),
    osqueryVersion: words("osquery_version", 32),
    hardwareVendor: words("hardware_vendor"),
    hardwareModel: words("hardware_model"),
    hardwareVersion: words("hardware_version"),
    hardwareSerial: words("hardware_serial"),
    cpuType: words("cpu_type"),
    cpuSubtype: words("cpu_subtype"),
    cpuBrand: words("cpu_brand"),
    cpuPhysicalCores: number("cpu_physical_cores"),
    cpuLogicalCores: number("cpu_logical_cores"),
    memoryBytes: bigint("memory_bytes", { mode: "number", unsigned: true }).notNull().default(0),
    primaryIp: words("primary_ip", 64),
    primaryMac: words("primary_mac", 32),
    publicIp: words("public_ip", 64),
    /** Boot time, which stays equal between reports, instead of an uptime that never does. */
    lastRestartedAt: moment("last_restarted_at"),
    diskTotalGigabytes: double("disk_total_gigabytes"),
    diskAvailableGigabytes: double("disk_available_gigabytes"),
    /** null: osquery cannot tell on this host. */
    diskEncryptionEnabled: boolean("disk_encryption_enabled"),
    distributedIntervalSeconds: number("distributed_interval_seconds"),
    configRefreshSeconds: number("config_refresh_seconds"),
    loggerPeriodSeconds: number("logger_period_seconds"),
    /** Kept for lists, sorting and counts; a host's own page and attestation compute it. */
    verdict: varchar({ length: 16 }).notNull().default("unknown"),
    failingPoliciesCount: number("failing_policies_count"),
    failingCriticalPoliciesCount: number("failing_critical_policies_count"),
    /** Raising it revokes every My device link given out for the host. */
    deviceTokenVersion: number("device_token_version"),
    createdAt: moment("created_at").notNull(),
    updatedAt: moment("updated_at").notNull(),
    lastEnrolledAt: moment("last_enrolled_at").notNull(),
  },
  (table) => [
    // Lists are read by id alone and in order, so nearly every column people filter or sort by has
    // an index. Their columns change when a host enrolls or tells new details, seldom otherwise.
    index("hosts_team").on(table.teamId, table.platformFamily, table.platform),
    index("hosts_family").on(table.platformFamily, table.platform),
    index("hosts_platform").on(table.platform),
    index("hosts_display_name").on(table.displayName),
    index("hosts_hostname").on(table.hostname),
    index("hosts_computer_name").on(table.computerName),
    index("hosts_uuid").on(table.uuid),
    index("hosts_serial").on(table.hardwareSerial),
    index("hosts_os_name").on(table.osName),
    index("hosts_os_version").on(table.osVersion),
    index("hosts_osquery_version").on(table.osqueryVersion),
    index("hosts_model").on(table.hardwareModel),
    index("hosts_vendor").on(table.hardwareVendor),
    index("hosts_cpu_type").on(table.cpuType),
    index("hosts_memory").on(table.memoryBytes),
    index("hosts_disk").on(table.diskAvailableGigabytes),
    index("hosts_primary_ip").on(table.primaryIp),
    index("hosts_primary_mac").on(table.primaryMac),
    index("hosts_public_ip").on(table.publicIp),
    // The few different ones are read without looking at every host.
    index("hosts_intervals").on(table.distributedIntervalSeconds, table.configRefreshSeconds),
    index("hosts_created").on(table.createdAt),
    index("hosts_enrolled").on(table.lastEnrolledAt),
    index("hosts_verdict").on(table.verdict),
  ],
);

/**
 * What the agent path needs of a host, in one narrow row: a process caches it, locks it for every
 * change of the host's answers, and sees changes made elsewhere by changed_at.
 */
export const hostAgents = mysqlTable(
  "host_agents",
  {
    hostId: int("host_id", { unsigned: true }).primaryKey(),
    /** The identity enrolment upserts by; see FLEET_OSQUERY_HOST_IDENTIFIER. */
    identifier: exactText("identifier", { length: 255 }).notNull(),
    /** SHA-256. null once the host is deleted. */
    nodeKeyHash: hash("node_key_hash"),
    /** The key before the last enrolment works until then: osquery's threads re-enroll in bursts. */
    previousNodeKeyHash: hash("previous_node_key_hash"),
    previousNodeKeyExpiresAt: moment("previous_node_key_expires_at"),
    detailUpdatedAt: moment("detail_updated_at"),
    /** Last time any policy was answered. */
    policyUpdatedAt: moment("policy_updated_at"),
    /** Set until everything asked has been answered after it. */
    refetchRequestedAt: moment("refetch_requested_at"),
    /** The host's last answer to every policy, packed by lib/policies/card.ts. */
    card: bytes("card"),
    /** What the host said last of each label, packed by lib/membership/label-card.ts. */
    labelCard: bytes("label_card"),
    /** Last time all labels asked of the host were answered. */
    labelUpdatedAt: moment("label_updated_at"),
    /** When the first answer on the card turns stale. */
    deadlineAt: moment("deadline_at"),
    /** Raised by every change of this row, so that a reader can tell a copy from the original. */
    revision: int("revision", { unsigned: true }).notNull().default(1),
    /** By the database's clock, which all servers share. */
    changedAt: moment("changed_at").notNull(),
    /** A deleted host's row stays an hour, to tell other servers that its key is dead. */
    deletedAt: moment("deleted_at"),
  },
  (table) => [
    uniqueIndex("host_agents_identifier").on(table.identifier),
    uniqueIndex("host_agents_node_key").on(table.nodeKeyHash),
    index("host_agents_previous_key").on(table.previousNodeKeyHash),
    index("host_agents_changed").on(table.changedAt),
    index("host_agents_deadline").on(table.deadlineAt),
    index("host_agents_deleted").on(table.deletedAt),
  ],
);

/**
 * Contact, written in batches by every server and read by status and lists. Every host has a row.
 * No index by time: it would be written with every contact, and reading all rows takes 30 ms.
 */
export const hostSeen = mysqlTable("host_seen", {
  hostId: int("host_id", { unsigned: true }).primaryKey(),
  seenAt: moment("seen_at").notNull(),
  /** The newest SQL the host was ever handed (policies.query_revision), and when it was. */
  askedAt: moment("asked_at"),
  askedRevision: bigint("asked_revision", { mode: "number", unsigned: true }),
});

export interface HostUser {
  uid: number;
  username: string;
  type: string;
  groupname: string;
  shell: string;
}

export interface HostBattery {
  cycle_count: number;
  health: string;
}

/** Longer parts of the details, which lists never read. */
export const hostInventory = mysqlTable("host_inventory", {
  hostId: int("host_id", { unsigned: true }).primaryKey(),
  users: jsonText<HostUser[]>("users").notNull(),
  batteries: jsonText<HostBattery[]>("batteries").notNull(),
});

/** What a host was from one moment to the next, for who asks how things were. Outlives the host. */
export const hostVersions = mysqlTable(
  "host_versions",
  {
    hostId: int("host_id", { unsigned: true }).notNull(),
    at: moment("at").notNull(),
    /** null: it is so. */
    endedAt: moment("ended_at"),
    teamId: int("team_id", { unsigned: true }),
    platformFamily: words("platform_family", 16),
    platform: words("platform", 64),
    displayName: words("display_name", 515),
    hostname: words("hostname"),
    hardwareSerial: words("hardware_serial"),
    osVersion: words("os_version"),
    /** What labels by vitals go by besides. null: from before they were kept. */
    osName: varchar("os_name", { length: 255 }),
    hardwareVendor: varchar("hardware_vendor", { length: 255 }),
    hardwareModel: varchar("hardware_model", { length: 255 }),
    cpuType: varchar("cpu_type", { length: 255 }),
    osqueryVersion: varchar("osquery_version", { length: 32 }),
  },
  (table) => [
    primaryKey({ columns: [table.hostId, table.at] }),
    index("host_versions_ended").on(table.endedAt),
    // All that finding a page by name reads.
    index("host_versions_name").on(table.displayName, table.hostId, table.at, table.endedAt),
  ],
);

/** What a host's verdict was, from one change to the next. Outlives the host. */
export const hostVerdicts = mysqlTable(
  "host_verdicts",
  {
    hostId: int("host_id", { unsigned: true }).notNull(),
    /** FOREVER (lib/membership/host-verdicts.ts): it is so. Part of the key, so not null. */
    endedAt: moment("ended_at").notNull(),
    at: moment("at").notNull(),
    verdict: varchar({ length: 16 }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.hostId, table.endedAt] }),
    // All that "as of" reads of it: what has not ended by a moment is one range.
    index("host_verdicts_ended").on(table.endedAt, table.at, table.verdict, table.hostId),
  ],
);
