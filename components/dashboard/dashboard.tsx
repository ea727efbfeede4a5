"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { EndingNote } from "#components/exemptions/ending.tsx";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { TeamSwitcher } from "#components/layout/team-switcher.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { hostSummaryOptions } from "#lib/posture/client.ts";
import { FleetStats } from "./fleet-stats.tsx";
import { addHostsPath } from "./hosts-link.ts";
import { LatestActivity, mayReadActivity } from "./latest-activity.tsx";
import { NoHosts } from "./no-hosts.tsx";
import { PostureCard } from "./posture-card.tsx";
import { useTeamName } from "./use-team-name.ts";
import { WorstPolicies } from "./worst-policies.tsx";

export function Dashboard() {
  const [teamId] = useTeam();
  const summary = useQuery(hostSummaryOptions(teamId));
  const viewer = useViewer();
  const teamName = useTeamName(teamId);
  const withActivity = viewer !== undefined && mayReadActivity(viewer);
  const isEmpty = summary.data?.totals_hosts_count === 0;
  return (
    <>
      <PageHeader
        title="Dashboard"
        description={teamName}
        actions={
          <>
            <AsOfControl />
            {canWrite(viewer, teamId) && !isEmpty && (
              <Button asChild>
                <Link href={addHostsPath(teamId)}>
                  <Plus aria-hidden />
                  Add hosts
                </Link>
              </Button>
            )}
          </>
        }
      />
      <div className="-mt-2 lg:hidden">
        <TeamSwitcher />
      </div>
      {summary.isError && !summary.data ? (
        <ErrorState
          title="The dashboard could not be loaded"
          error={summary.error}
          onRetry={() => summary.refetch()}
          retrying={summary.isFetching}
        />
      ) : isEmpty ? (
        <NoHosts teamId={teamId} canAdd={canWrite(viewer, teamId)} />
      ) : (
        <>
          <FleetStats teamId={teamId} summary={summary.data} />
          <EndingNote />
          <div className={cn("grid gap-6", withActivity && "xl:grid-cols-[minmax(0,1fr)_22rem]")}>
            <div className="flex min-w-0 flex-col gap-6">
              <PostureCard teamId={teamId} />
              <WorstPolicies teamId={teamId} />
            </div>
            {withActivity && <LatestActivity />}
          </div>
        </>
      )}
    </>
  );
}
