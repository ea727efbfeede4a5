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
  const text = textOf(check);
  const runs = check && check.platforms.length > 0;
  const Icon = runs ? MonitorCheck : MonitorX;
  return (
    <p className="flex items-center gap-2 text-muted text-xs">
      {text && (
        <Icon aria-hidden className={`size-3.5 shrink-0 ${runs ? "text-pass" : "text-fail"}`} />
      )}
      <span>
        {/* Always there, or a screen reader would not hear of a change. */}
        <span role="status">{text}</span>
        {text && check && check.tables.length > 0 && (
          <span className="text-muted">
            {" · "}
            <span className="break-all font-mono text-2xs">{check.tables.join(", ")}</span>
          </span>
        )}
      </span>
    </p>
  );
}

function textOf(check: SqlCheck | undefined): string {
  if (!check || check.errors.length > 0) return "";
  if (check.platforms.length === 0) return "Runs on no platform";
  return `Runs on ${joinPlatforms(check.platforms)}`;
}
