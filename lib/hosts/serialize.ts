import type { HostStanding } from "#lib/membership/verdict.ts";
import { type HostJson, verdict as verdictJson } from "./json.ts";
import type { HostRow } from "./sql.ts";
import { hostStatus } from "./status.ts";

/** What Fleet sends for "not yet", which its clients know. */
const NEVER = "2000-01-01T00:00:00Z";
const NANOSECONDS_PER_MS = 1_000_000;

const time = (at: Date | null | undefined) => at?.toISOString() ?? NEVER;

/** What people call a host. */
export function displayName(host: {
  computerName: string;
  hostname: string;
  hardwareModel: string;
  hardwareSerial: string;
}): string {
  const { computerName, hostname, hardwareModel, hardwareSerial } = host;
  return computerName || hostname || `${hardwareModel} (${hardwareSerial})`;
}

/** Uptime when the details were reported, so that it stays equal until they are again. */
function uptimeNanoseconds({ host, agent }: HostRow): number {
  const reportedAt = agent?.detailUpdatedAt;
  if (!host.lastRestartedAt || !reportedAt) return 0;
  const uptimeMs = reportedAt.getTime() - host.lastRestartedAt.getTime();
  return Math.max(0, uptimeMs) * NANOSECONDS_PER_MS;
}

function diskPercent(available: number | null, total: number | null): number {
  return available && total ? Math.round((available / total) * 1000) / 10 : 0;
}

/** What the row says; the worker keeps it up to date within seconds. */
function storedStanding({ host }: HostRow): Omit<HostStanding, "validUntilMs"> {
  return {
    verdict: verdictJson.catch("unknown").parse(host.verdict),
    failingCount: host.failingPoliciesCount,
    failingCriticalCount: host.failingCriticalPoliciesCount,
  };
}

/** The host object of fleet-api 2.3. Without a live `standing` it takes the stored one. */
export function serializeHost(
  row: HostRow,
  nowMs: number,
  standing: Omit<HostStanding, "validUntilMs"> = storedStanding(row),
): HostJson {
  const { host, agent } = row;
  const seenAt = row.seenAt ?? host.createdAt;
  const name = displayName(host);
  return {
    id: host.id,
    created_at: time(host.createdAt),
    updated_at: time(host.updatedAt),
    software_updated_at: time(host.createdAt),
    detail_updated_at: time(agent?.detailUpdatedAt),
    label_updated_at: time(agent?.detailUpdatedAt),
    policy_updated_at: time(agent?.policyUpdatedAt),
    last_enrolled_at: time(host.lastEnrolledAt),
    seen_time: time(seenAt),
    refetch_requested: Boolean(agent?.refetchRequestedAt),
    refetch_requested_at: agent?.refetchRequestedAt?.toISOString() ?? null,
    refetch_critical_queries_until: null,
    hostname: host.hostname,
    computer_name: host.computerName,
    display_name: name,
    display_text: host.hostname,
    uuid: host.uuid,
    platform: host.platform,
    platform_like: host.platformLike,
    platform_family: host.platformFamily,
    os_version: host.osVersion,
    os_name: host.osName,
    build: host.osBuild,
    code_name: host.codeName,
    osquery_version: host.osqueryVersion,
    orbit_version: null,
    fleet_desktop_version: null,
    scripts_enabled: null,
    uptime: uptimeNanoseconds(row),
    last_restarted_at: time(host.lastRestartedAt),
    memory: host.memoryBytes,
    cpu_type: host.cpuType,
    cpu_subtype: host.cpuSubtype,
    cpu_brand: host.cpuBrand,
    cpu_physical_cores: host.cpuPhysicalCores,
    cpu_logical_cores: host.cpuLogicalCores,
    hardware_vendor: host.hardwareVendor,
    hardware_model: host.hardwareModel,
    hardware_version: host.hardwareVersion,
    hardware_serial: host.hardwareSerial,
    public_ip: host.publicIp,
    primary_ip: host.primaryIp,
    primary_mac: host.primaryMac,
    distributed_interval: host.distributedIntervalSeconds,
    config_tls_refresh: host.configRefreshSeconds,
    logger_tls_period: host.loggerPeriodSeconds,
    team_id: host.teamId,
    team_name: row.teamName,
    pack_stats: null,
    gigs_disk_space_available: host.diskAvailableGigabytes ?? 0,
    percent_disk_space_available: diskPercent(host.diskAvailableGigabytes, host.diskTotalGigabytes),
    gigs_total_disk_space: host.diskTotalGigabytes ?? 0,
    disk_encryption_enabled: host.diskEncryptionEnabled,
    issues: {
      failing_policies_count: standing.failingCount,
      total_issues_count: standing.failingCount,
    },
    mdm: {
      enrollment_status: null,
      server_url: null,
      name: "",
      encryption_key_available: false,
    },
    status: hostStatus({ seenAt, ...host }, nowMs),
    verdict: standing.verdict,
    failing_policies_count: standing.failingCount,
    failing_critical_policies_count: standing.failingCriticalCount,
  };
}
