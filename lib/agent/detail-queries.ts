import type { Platform } from "#lib/osquery/platform.ts";

export const DETAIL_PREFIX = "fleet_detail_query_";

interface DetailQuery {
  query: string;
  /** Absent: every platform, also one not known yet. */
  platforms?: readonly Platform[];
}

const UNIX: readonly Platform[] = ["darwin", "linux"];

/** The address a person would give for the machine: no loopback, no link-local, IPv4 first. */
const PRIMARY_INTERFACE = `SELECT a.address, d.mac FROM interface_addresses a
  JOIN interface_details d ON d.interface = a.interface
  WHERE a.address NOT LIKE '127.%' AND a.address <> '::1' AND a.address NOT LIKE '169.254.%'
  AND a.address NOT LIKE 'fe80:%' AND d.mac NOT IN ('', '00:00:00:00:00:00')
  ORDER BY a.address LIKE '%:%', CAST(d.ibytes AS bigint) DESC LIMIT 1`;

/**
 * What fills a host's page. Names and columns are Fleet's (contract: fleet-api 1.10); the SQL is
 * ours. A query must not name a table its platforms lack: osquery would report an error for ever.
 */
export const DETAIL_QUERIES: Record<string, DetailQuery> = {
  os_version: {
    query:
      "SELECT name, version, major, minor, patch, build, platform, platform_like, codename, arch FROM os_version LIMIT 1",
  },
  os_version_windows: {
    query: `SELECT os.name, os.version, os.build, r.data AS display_version
      FROM os_version os LEFT JOIN registry r
      ON r.path = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\DisplayVersion'`,
    platforms: ["windows"],
  },
  system_info: {
    query: `SELECT hostname, computer_name, uuid, cpu_type, cpu_subtype, cpu_brand,
      cpu_physical_cores, cpu_logical_cores, physical_memory, hardware_vendor, hardware_model,
      hardware_version, hardware_serial FROM system_info LIMIT 1`,
  },
  osquery_info: { query: "SELECT version, uuid, instance_id FROM osquery_info LIMIT 1" },
  osquery_flags: {
    query: `SELECT name, value FROM osquery_flags WHERE name IN
      ('distributed_interval', 'config_refresh', 'config_tls_refresh', 'logger_tls_period')`,
  },
  uptime: { query: "SELECT total_seconds FROM uptime LIMIT 1" },
  network_interface_unix: { query: PRIMARY_INTERFACE, platforms: UNIX },
  network_interface_windows: { query: PRIMARY_INTERFACE, platforms: ["windows"] },
  disk_space_unix: {
    query: `SELECT ROUND(blocks_available * blocks_size * 1.0 / 1000000000, 1) AS gigs_disk_space_available,
      ROUND(blocks * blocks_size * 1.0 / 1000000000, 1) AS gigs_total_disk_space
      FROM mounts WHERE path = '/' LIMIT 1`,
    platforms: UNIX,
  },
  disk_space_windows: {
    query: `SELECT ROUND(free_space * 1.0 / 1000000000, 1) AS gigs_disk_space_available,
      ROUND(size * 1.0 / 1000000000, 1) AS gigs_total_disk_space
      FROM logical_drives WHERE device_id = 'C:' LIMIT 1`,
    platforms: ["windows"],
  },
  disk_encryption_darwin: {
    query:
      "SELECT 1 AS encrypted FROM disk_encryption WHERE user_uuid IS NOT '' AND filevault_status = 'on' LIMIT 1",
    platforms: ["darwin"],
  },
  disk_encryption_linux: {
    query: `SELECT 1 AS encrypted FROM disk_encryption e JOIN mounts m ON m.device_alias = e.name
      WHERE m.path = '/' AND e.encrypted = 1 LIMIT 1`,
    platforms: ["linux"],
  },
  disk_encryption_windows: {
    query:
      "SELECT 1 AS encrypted FROM bitlocker_info WHERE drive_letter = 'C:' AND protection_status = 1",
    platforms: ["windows"],
  },
  users: {
    query: `SELECT u.uid, u.username, u.type, g.groupname, u.shell FROM users u
      LEFT JOIN groups g ON g.gid = u.gid
      WHERE u.username NOT LIKE '\\_%' ESCAPE '\\' AND u.shell NOT LIKE '%/false'
      AND u.shell NOT LIKE '%/nologin' AND u.shell NOT LIKE '%/sync' AND u.shell NOT LIKE '%/shutdown'
      AND u.shell NOT LIKE '%/halt' LIMIT 100`,
  },
  // Of extensions alone: osquery's own tables, which have no owner, are known here.
  extension_tables: {
    query: `SELECT r.name, group_concat(c.name || ' ' || c.type) AS columns
      FROM osquery_registry r JOIN pragma_table_info(r.name) c
      WHERE r.registry = 'table' AND r.active = 1 AND r.owner_uuid <> 0 GROUP BY r.name LIMIT 200`,
    platforms: ["darwin", "windows", "linux"],
  },
  battery: {
    query: "SELECT cycle_count, health FROM battery LIMIT 8",
    platforms: ["darwin", "windows"],
  },
};

export interface DetailPieces {
  names: ReadonlySet<string>;
  queries: string;
  discovery: string;
}

/** The detail queries of a platform as pieces of JSON. Unknown platform: those for every one. */
export function detailPieces(family: string): DetailPieces {
  const chosen = Object.entries(DETAIL_QUERIES).filter(
    ([, detail]) => !detail.platforms || detail.platforms.some((name) => name === family),
  );
  const json = (value: string) => JSON.stringify(value.replace(/\s+/g, " "));
  return {
    names: new Set(chosen.map(([name]) => name)),
    queries: chosen
      .map(([name, detail]) => `"${DETAIL_PREFIX}${name}":${json(detail.query)}`)
      .join(","),
    discovery: chosen.map(([name]) => `"${DETAIL_PREFIX}${name}":"SELECT 1"`).join(","),
  };
}
