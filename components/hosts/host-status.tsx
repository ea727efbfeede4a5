import { StatusDot } from "#components/ui/status-dot.tsx";
import type { HostJson } from "#lib/hosts/json.ts";

/** Online, offline, or on its way to fresh details. */
export function HostStatus({ host }: { host: Pick<HostJson, "status" | "refetch_requested"> }) {
  if (host.refetch_requested && host.status === "online") {
    return <StatusDot tone="busy" label="Refetching" />;
  }
  return host.status === "online" ? (
    <StatusDot tone="online" label="Online" />
  ) : (
    <StatusDot tone="offline" label="Offline" />
  );
}
