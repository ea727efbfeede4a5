"use client";

import { useTeam } from "#components/layout/use-team.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { CostCard } from "./cost-card.tsx";
import { CountsCard } from "./counts-card.tsx";
import { ErrorsCard } from "./errors-card.tsx";
import { FlappingCard } from "./flapping-card.tsx";

/** A global policy is about the hosts of the team in view. */
function useTeamOf(policy: PolicyJson): number | null {
  const [inView] = useTeam();
  return policy.team_id ?? inView;
}

/** How the states of the hosts went. */
export function PolicyHistory({ policy }: { policy: PolicyJson }) {
  const teamId = useTeamOf(policy);
  return (
    <div className="flex flex-col gap-6">
      <CountsCard policyId={policy.id} teamId={teamId} />
      <FlappingCard policyId={policy.id} teamId={teamId} />
    </div>
  );
}

/** How the query runs: what goes wrong, and what it takes. */
export function PolicyRuns({ policy }: { policy: PolicyJson }) {
  const teamId = useTeamOf(policy);
  return (
    <div className="flex flex-col gap-6">
      <ErrorsCard policyId={policy.id} teamId={teamId} />
      <CostCard policy={policy} teamId={teamId} />
    </div>
  );
}
