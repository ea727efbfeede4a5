"use client";

import { useQuery } from "@tanstack/react-query";
import { MonitorSmartphone } from "lucide-react";
import { useTeamName } from "#components/dashboard/use-team-name.ts";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { TeamSwitcher } from "#components/layout/team-switcher.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { Card } from "#components/ui/card.tsx";
import { postureThenOptions } from "#lib/posture/client.ts";
import type { PostureThenJson } from "#lib/posture/then-schema.ts";
import { FleetThen } from "./fleet-then.tsx";
import { ThenFrame } from "./then-frame.tsx";
import { useCounted } from "./use-counted.ts";
import { WorstThen } from "./worst-then.tsx";

/** The dashboard as it was, as far as anybody wrote it down. */
export function DashboardThen({ asOf }: { asOf: string }) {
  const [teamId] = useTeam();
  const result = useQuery(postureThenOptions(asOf, teamId));
  return (
    <ThenFrame
      title="Dashboard"
      description={useTeamName(teamId)}
      asOf={asOf}
      what="the fleet"
      result={result}
    >
      <div className="flex flex-col gap-6">
        <div className="lg:hidden">
          <TeamSwitcher />
        </div>
        {!result.data ? (
          <Loading label="Looking back…" />
        ) : result.data.hosts_count === 0 ? (
          <Card>
            <EmptyState
              icon={<MonitorSmartphone />}
              title={teamId === null ? "No hosts then" : "No hosts in this team then"}
              description="At that moment none had enrolled, or all were gone again."
            />
          </Card>
        ) : (
          <Posture posture={result.data} asOf={asOf} teamId={teamId} />
        )}
      </div>
    </ThenFrame>
  );
}

interface PostureProps {
  posture: PostureThenJson;
  asOf: string;
  teamId: number | null;
}

function Posture(props: PostureProps) {
  const counted = useCounted(props.asOf, props.teamId);
  return (
    <>
      <FleetThen {...props} counted={counted} />
      <WorstThen {...props} counted={counted} />
      <p className="text-muted text-sm">
        Who is online or missing, the charts over time and the latest activity are of now alone.
      </p>
    </>
  );
}
