import { DiskUse } from "#components/hosts/disk-use.tsx";
import { Card } from "#components/ui/card.tsx";
import { KeyValue, KeyValues } from "#components/ui/key-values.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import type { DeviceHostJson } from "#lib/device/schema.ts";
import { formatMemory } from "#lib/format.ts";

interface DeviceFactsProps {
  host: DeviceHostJson;
  linkExpiresAt: string;
}

/** Enough to see that it is one's own machine, and to tell the help desk about it. */
export function DeviceFacts({ host, linkExpiresAt }: DeviceFactsProps) {
  return (
    <Card
      title="This device"
      footer={
        <>
          This page’s link ends <RelativeTime value={linkExpiresAt} />. It shows this device only;
          do not pass it on.
        </>
      }
    >
      <KeyValues className="grid-cols-2 gap-x-4 sm:grid-cols-3">
        <KeyValue label="Model">
          {[host.hardware_vendor, host.hardware_model].filter(Boolean).join(" ")}
        </KeyValue>
        <KeyValue label="Serial number" mono>
          {host.hardware_serial}
        </KeyValue>
        <KeyValue label="System">{host.os_version}</KeyValue>
        <KeyValue label="Memory">{host.memory > 0 ? formatMemory(host.memory) : null}</KeyValue>
        <KeyValue label="Disk">
          <DiskUse host={host} />
        </KeyValue>
        <KeyValue label="Last contact">
          <RelativeTime value={host.seen_time} />
        </KeyValue>
      </KeyValues>
    </Card>
  );
}
