import type { Viewer } from "#lib/auth/viewer.ts";
import { readHostDetail } from "./detail.ts";
import { hostScope } from "./hosts.ts";
import type { HostHealth } from "./json.ts";
import { serializeHost } from "./serialize.ts";

/** The small object for scripts and identity providers (fleet-api 2.6). */
export async function getHostHealth(viewer: Viewer, id: number): Promise<HostHealth> {
  const detail = await readHostDetail(await hostScope(viewer, "host:read", id), id);
  const host = serializeHost(detail.row, detail.now.getTime(), detail.standing);
  return {
    host_id: id,
    health: {
      updated_at: host.updated_at,
      os_version: host.os_version,
      disk_encryption_enabled: host.disk_encryption_enabled,
      failing_policies_count: host.failing_policies_count,
      failing_critical_policies_count: host.failing_critical_policies_count,
      failing_policies: detail.policies
        .filter((policy) => policy.state === "fail")
        .map(({ name, critical, resolution, ...policy }) => ({
          id: policy.id,
          name,
          critical,
          resolution,
        })),
      vulnerable_software: [],
      team_id: host.team_id,
      verdict: host.verdict,
    },
  };
}
