import { formatPercent } from "#lib/format.ts";
import { cn } from "./cn.ts";
import { StateBar, type StateCounts } from "./state-bar.tsx";

/** Pass rate: passing among the hosts that have a valid answer. Null when none has. */
export function passRate(counts: StateCounts): number | null {
  const answered = (counts.pass ?? 0) + (counts.fail ?? 0);
  return answered === 0 ? null : (counts.pass ?? 0) / answered;
}

/** A bar with its percentage, for a table's cell. */
export function PassRate({ counts, className }: { counts: StateCounts; className?: string }) {
  const rate = passRate(counts);
  return (
    <span className={cn("flex min-w-28 items-center gap-2.5", className)}>
      <StateBar counts={counts} />
      <span className="w-11 shrink-0 text-right text-muted text-xs tabular-nums">
        {rate === null ? "–" : formatPercent(rate)}
      </span>
    </span>
  );
}
