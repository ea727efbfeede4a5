import { MonitorCheck, MonitorX } from "lucide-react";
import { platformName } from "#components/hosts/platform-name.ts";
import type { SqlCheck } from "#lib/osquery/check.ts";

/** "macOS", "macOS and Linux", "macOS, Windows and Linux". */
export function joinPlatforms(platforms: readonly string[]): string {
  const names = platforms.map(platformName);
  const last = names.pop() ?? "";
  return names.length > 0 ? `${names.join(", ")} and ${last}` : last;
}

/** Where the query can run: on platforms that have all of its tables. */
export function PlatformLine({ check }: { check: SqlCheck | undefined }) {
  if (!check || check.errors.length > 0) return null;
  const runs = check.platforms.length > 0;
  const Icon = runs ? MonitorCheck : MonitorX;
  return (
    <p className="flex items-center gap-2 text-muted text-xs">
      <Icon aria-hidden className={`size-3.5 shrink-0 ${runs ? "text-pass" : "text-fail"}`} />
      <span>
        {runs ? `Runs on ${joinPlatforms(check.platforms)}` : "Runs on no platform"}
        {check.tables.length > 0 && (
          <span className="text-muted">
            {" · "}
            <span className="break-all font-mono text-2xs">{check.tables.join(", ")}</span>
          </span>
        )}
      </span>
    </p>
  );
}
