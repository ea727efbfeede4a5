import { cn } from "#components/ui/cn.ts";
import { formatBytes } from "#lib/format.ts";
import type { HostJson } from "#lib/hosts/json.ts";

const BYTES_PER_GIGABYTE = 1_000_000_000;
/** Below this share free, systems start to misbehave and updates to fail. */
const LOW_PERCENT = 10;

type Disk = Pick<
  HostJson,
  "gigs_disk_space_available" | "percent_disk_space_available" | "gigs_total_disk_space"
>;

export function DiskUse({ host }: { host: Disk }) {
  const { gigs_disk_space_available: free, gigs_total_disk_space: total } = host;
  if (total === 0) return <span className="text-faint">–</span>;
  const low = host.percent_disk_space_available < LOW_PERCENT;
  const text = `${formatBytes(free * BYTES_PER_GIGABYTE)} of ${formatBytes(total * BYTES_PER_GIGABYTE)} free`;
  return (
    <span className="block">
      <span className={low ? "text-error" : undefined}>{text}</span>
      <span aria-hidden className="mt-1.5 flex h-1 max-w-40 overflow-hidden rounded-full bg-line">
        <span
          className={cn("rounded-full", low ? "bg-error-fill" : "bg-pending-fill")}
          style={{ width: `${Math.max(2, 100 - host.percent_disk_space_available)}%` }}
        />
      </span>
    </span>
  );
}
