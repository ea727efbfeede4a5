import { formatNumber } from "#lib/format.ts";
import { cn } from "./cn.ts";
import { STATE_ORDER, STATES } from "./state.ts";
import type { StateCounts } from "./state-bar.tsx";

/** The numbers behind a `StateBar`, written out; states nobody is in are left out. */
export function StateLegend({ counts, className }: { counts: StateCounts; className?: string }) {
  const present = STATE_ORDER.filter((state) => (counts[state] ?? 0) > 0);
  return (
    <ul className={cn("flex flex-wrap gap-x-4 gap-y-1 text-muted text-xs", className)}>
      {present.map((state) => {
        const look = STATES[state];
        return (
          <li key={state} className="inline-flex items-center gap-1.5">
            <look.icon aria-hidden className={cn("size-3.5", look.textClass)} />
            <span className="font-medium text-ink tabular-nums">
              {formatNumber(counts[state] ?? 0)}
            </span>
            {look.label}
          </li>
        );
      })}
    </ul>
  );
}
