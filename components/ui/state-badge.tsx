import { Badge } from "./badge.tsx";
import { cn } from "./cn.ts";
import { STATES, type State } from "./state.ts";

interface StateBadgeProps {
  state: State;
  /** Instead of the state's own word, e.g. "Pass · 12 min". */
  label?: string;
  className?: string;
}

/** One of the six states of a policy on a host: an icon of its own shape, a word and a colour. */
export function StateBadge({ state, label, className }: StateBadgeProps) {
  const look = STATES[state];
  return (
    <Badge tone={look.tone} className={className} title={look.meaning} data-state={state}>
      <look.icon aria-hidden strokeWidth={2.25} />
      {label ?? look.label}
    </Badge>
  );
}

/** The icon alone, for dense lists; its word remains for assistive technology. */
export function StateIcon({ state, className }: { state: State; className?: string }) {
  const look = STATES[state];
  return (
    <span title={look.label} className="inline-flex shrink-0">
      <look.icon aria-hidden className={cn("size-4", look.textClass, className)} />
      <span className="sr-only">{look.label}</span>
    </span>
  );
}
