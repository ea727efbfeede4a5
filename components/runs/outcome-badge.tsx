import { CircleCheck } from "lucide-react";
import { Badge } from "#components/ui/badge.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import type { Outcome } from "#lib/runs/outcome.ts";

interface OutcomeBadgeProps {
  outcome: Outcome;
  denylisted?: boolean;
}

export function OutcomeBadge({ outcome, denylisted }: OutcomeBadgeProps) {
  if (outcome === "done") {
    return (
      <Badge>
        <CircleCheck aria-hidden />
        Answered
      </Badge>
    );
  }
  if (outcome === "waiting") return <StateBadge state="pending" label="Waiting" />;
  return <StateBadge state={outcome} label={denylisted ? "Denylisted" : undefined} />;
}
