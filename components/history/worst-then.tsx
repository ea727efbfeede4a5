import { CircleCheck } from "lucide-react";
import Link from "next/link";
import { policiesLink } from "#components/dashboard/hosts-link.ts";
import { WorstPlaceholder, WorstPolicy } from "#components/dashboard/worst-policies.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { useViewer } from "#components/layout/viewer.ts";
import { teamLabel } from "#components/policies/team-label.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { worstThen } from "#lib/posture/worst.ts";
import type { Counted } from "./use-counted.ts";

interface WorstThenProps {
  asOf: string;
  teamId: number | null;
  counted: Counted;
}

/** The policies that most hosts failed then; which they are is known once all are counted. */
export function WorstThen({ asOf, teamId, counted }: WorstThenProps) {
  const { isDone, error } = counted;
  return (
    <Card
      title="Policies that most hosts failed"
      flush
      actions={
        <Button asChild variant="link">
          <Link href={policiesLink(teamId, { as_of: asOf })}>All policies</Link>
        </Button>
      }
    >
      {error ? (
        <ErrorState
          title="Not all policies could be counted"
          error={error}
          onRetry={counted.retry}
          retrying={counted.isFetching}
        />
      ) : (
        <div aria-busy={!isDone}>
          {isDone ? <Worst asOf={asOf} teamId={teamId} counted={counted} /> : <WorstPlaceholder />}
        </div>
      )}
    </Card>
  );
}

function Worst({ asOf, teamId, counted }: WorstThenProps) {
  const viewer = useViewer();
  const worst = worstThen(counted.policies);
  if (worst.length === 0) {
    return (
      <EmptyState
        icon={<CircleCheck />}
        title={counted.total === 0 ? "No policies then" : "No host failed a policy then"}
        description={
          counted.total === 0
            ? "At that moment nothing was asked of the hosts."
            : "Whoever had answered passed, or could not tell."
        }
        className="py-10"
      />
    );
  }
  return (
    <ol>
      {worst.map((policy) => {
        const of = policy.team_id;
        const team_name = of === null || !viewer ? null : teamLabel(viewer, of);
        return (
          <WorstPolicy
            key={policy.id}
            policy={{ ...policy, team_name }}
            teamId={teamId}
            asOf={asOf}
          />
        );
      })}
    </ol>
  );
}
