"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { VerdictTimeline } from "#components/history/verdict-timeline.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { hostOptions } from "#lib/hosts/client.ts";
import { isApiError } from "#lib/http/api-error.ts";
import { HostActions } from "./host-actions.tsx";
import { HostLabels } from "./host-labels.tsx";
import { HostPolicies } from "./host-policies.tsx";
import { HostSkeleton } from "./host-skeleton.tsx";
import { HostStatus } from "./host-status.tsx";
import { HostUsers } from "./host-users.tsx";
import { HostVerdict } from "./host-verdict.tsx";
import { HostVitals } from "./host-vitals.tsx";
import { RefetchNotice } from "./refetch-notice.tsx";

const CRUMBS = [{ label: "Hosts", href: "/hosts" }];

export function HostPage({ id }: { id: number }) {
  const router = useRouter();
  const { data, error, refetch, isFetching } = useQuery(hostOptions(id));
  const gone = isApiError(error) && (error.status === 404 || error.status === 403);
  if (error && (!data || gone)) {
    return (
      <>
        <PageHeader title="Host" breadcrumbs={CRUMBS} />
        <Card>
          <ErrorState
            title="This host could not be loaded"
            error={error}
            onRetry={() => refetch()}
            retrying={isFetching}
          />
        </Card>
      </>
    );
  }
  if (!data) return <HostSkeleton breadcrumbs={CRUMBS} />;
  const { host } = data;
  return (
    <>
      <PageHeader
        breadcrumbs={CRUMBS}
        title={host.display_name}
        badges={<Badge>{host.team_name ?? "No team"}</Badge>}
        description={
          <span className="flex flex-wrap items-center gap-x-3">
            <HostStatus host={host} />
            <span>{[host.os_version, host.hardware_model].filter(Boolean).join(" · ")}</span>
          </span>
        }
        actions={
          <>
            <AsOfControl />
            <HostActions host={host} onDeleted={() => router.push("/hosts")} />
          </>
        }
      />
      <RefetchNotice host={host} />
      <HostVerdict host={host} />
      <HostPolicies host={host} />
      <VerdictTimeline hostId={host.id} />
      <HostLabels host={host} />
      <HostVitals host={host} />
      <HostUsers users={host.users} />
    </>
  );
}
