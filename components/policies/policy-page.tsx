"use client";

import { useQuery } from "@tanstack/react-query";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { EditedElsewhere, useMayEdit } from "#components/layout/gitops.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { teamSearch } from "#components/layout/use-team.ts";
import { useViewer } from "#components/layout/viewer.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Card } from "#components/ui/card.tsx";
import { isApiError } from "#lib/http/api-error.ts";
import { policyOptions } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { PausedBanner } from "./paused-banner.tsx";
import { PolicyActions } from "./policy-actions.tsx";
import { PolicyTabs } from "./policy-tabs.tsx";
import { TagList } from "./tag-list.tsx";
import { teamLabel } from "./team-label.ts";

const CRUMBS = [{ label: "Policies", href: "/policies" }];

export function PolicyPage({ id }: { id: number }) {
  const { data, error, refetch, isFetching } = useQuery(policyOptions(id));
  const gone = isApiError(error) && (error.status === 404 || error.status === 403);
  if (error && (!data || gone)) {
    return (
      <>
        <PageHeader title="Policy" breadcrumbs={CRUMBS} />
        <Card>
          <ErrorState
            title="This policy could not be loaded"
            error={error}
            onRetry={() => refetch()}
            retrying={isFetching}
          />
        </Card>
      </>
    );
  }
  if (!data) return <Loading label="Loading the policy…" />;
  return <Policy policy={data.policy} />;
}

function Policy({ policy }: { policy: PolicyJson }) {
  const viewer = useViewer();
  const mayEdit = useMayEdit(policy.team_id);
  if (!viewer) return <Loading label="Loading the policy…" />;
  return (
    <>
      <PageHeader
        breadcrumbs={[{ label: "Policies", href: `/policies${teamSearch(policy.team_id)}` }]}
        title={policy.name}
        description={policy.description}
        badges={
          <>
            {policy.critical && <Badge tone="accent">Critical</Badge>}
            {policy.paused_at && <Badge tone="stale">Paused</Badge>}
            <Badge>{teamLabel(viewer, policy.team_id)}</Badge>
            <TagList tags={policy.tags} teamId={policy.team_id} />
          </>
        }
        actions={
          <>
            <AsOfControl />
            <PolicyActions policy={policy} />
          </>
        }
      />
      <EditedElsewhere teamId={policy.team_id} what="This policy is" />
      <PausedBanner policy={policy} />
      <PolicyTabs policy={policy} mayEdit={mayEdit} />
    </>
  );
}
