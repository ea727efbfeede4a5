import { formatNumber } from "#lib/format.ts";
import { cn } from "./cn.ts";
import { STATES, type State } from "./state.ts";

export type StateCounts = Partial<Record<State, number>>;

/** Pass first, so that the green part's length is the pass rate. */
const SEGMENTS: State[] = ["pass", "fail", "error", "stale", "pending", "exempt", "not_applicable"];

interface StateBarProps {
  counts: StateCounts;
  className?: string;
}

/** How hosts divide over the states. The numbers are its accessible name, e.g. "96 Pass, 4 Fail". */
export function StateBar({ counts, className }: StateBarProps) {
  const present = SEGMENTS.filter((state) => (counts[state] ?? 0) > 0);
  const name = present.map((state) => `${formatNumber(counts[state] ?? 0)} ${STATES[state].label}`);
  return (
    <div
      role="img"
      aria-label={name.join(", ") || "No hosts"}
      title={name.join(" · ") || "No hosts"}
      className={cn("flex h-1.5 w-full gap-px overflow-hidden rounded-full bg-line", className)}
    >
      {present.map((state) => (
        <span
          key={state}
          className={cn("min-w-[3px]", STATES[state].fillClass)}
          style={{ flexGrow: counts[state] ?? 0, flexBasis: 0 }}
        />
      ))}
    </div>
  );
}
