import { Card } from "#components/ui/card.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { formatDuration, formatMemory, plural } from "#lib/format.ts";
import type { HostDetailJson } from "#lib/hosts/json.ts";
import { DiskUse } from "./disk-use.tsx";

const NANOSECONDS_PER_SECOND = 1_000_000_000;

/** What the host said of itself when it last reported its details. */
export function HostVitals({ host }: { host: HostDetailJson }) {
  return (
    <Card
      title="Vitals"
      actions={
        <span className="text-muted text-xs">
          Details fetched <RelativeTime value={host.detail_updated_at} />
        </span>
      }
    >
      <KeyValues className="max-sm:grid-cols-2 max-sm:gap-x-4">
        <KeyValue label="Operating system">{host.os_version}</KeyValue>
        <KeyValue label="Build">{host.build}</KeyValue>
        <KeyValue label="Hardware">{hardware(host)}</KeyValue>
        <KeyValue label="Serial number" mono>
          {host.hardware_serial}
        </KeyValue>
        <KeyValue label="UUID" mono className="max-sm:col-span-full">
          {host.uuid}
        </KeyValue>
        <KeyValue label="Host name">{host.hostname}</KeyValue>
        <KeyValue label="Processor">{host.cpu_brand}</KeyValue>
        <KeyValue label="Cores">{cores(host)}</KeyValue>
        <KeyValue label="Memory">{host.memory > 0 ? formatMemory(host.memory) : null}</KeyValue>
        <KeyValue label="Disk">
          <DiskUse host={host} />
        </KeyValue>
        <KeyValue label="Disk encryption">{encryption(host.disk_encryption_enabled)}</KeyValue>
        <KeyValue label="Battery">{batteries(host)}</KeyValue>
        <KeyValue label="Uptime">
          {host.uptime > 0 ? formatDuration(host.uptime / NANOSECONDS_PER_SECOND) : null}
        </KeyValue>
        <KeyValue label="IP address" mono>
          {host.primary_ip}
        </KeyValue>
        <KeyValue label="MAC address" mono>
          {host.primary_mac}
        </KeyValue>
        <KeyValue label="Public IP address" mono>
          {host.public_ip}
        </KeyValue>
        <KeyValue label="osquery">{host.osquery_version}</KeyValue>
        <KeyValue label="Last seen">
          <RelativeTime value={host.seen_time} />
        </KeyValue>
        <KeyValue label="Policies answered">
          <RelativeTime value={host.policy_updated_at} />
        </KeyValue>
        <KeyValue label="Enrolled">
          <RelativeTime value={host.last_enrolled_at} />
        </KeyValue>
      </KeyValues>
    </Card>
  );
}

function hardware({ hardware_vendor: vendor, hardware_model: model }: HostDetailJson): string {
  return [vendor, model].filter(Boolean).join(" ");
}

function cores({ cpu_physical_cores: physical, cpu_logical_cores: logical }: HostDetailJson) {
  if (physical === 0) return null;
  return logical > physical ? `${physical} (${logical} threads)` : String(physical);
}

function encryption(enabled: boolean | null): string | null {
  if (enabled === null) return null;
  return enabled ? "On" : "Off";
}

function batteries({ batteries: all }: HostDetailJson): string | null {
  if (all.length === 0) return null;
  return all
    .map(({ health, cycle_count: cycles }) =>
      [health, plural(cycles, "cycle")].filter(Boolean).join(", "),
    )
    .join("; ");
}
