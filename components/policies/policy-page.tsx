"use client";

import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useMemo, useState } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { teamSearch } from "#components/layout/use-team.ts";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { toast } from "#components/ui/toast.tsx";
import { isApiError } from "#lib/http/api-error.ts";
import { policyOptions, useUpdatePolicy } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { DeletePoliciesDialog } from "./delete-policies-dialog.tsx";
import { PolicyFacts } from "./policy-facts.tsx";
import { PolicyForm } from "./policy-form.tsx";
import { changesOf, formValuesOf, type PolicyFormOutput } from "./policy-form-schema.ts";
import { PolicyReadOnly } from "./policy-read-only.tsx";
import { PolicyResults } from "./policy-results.tsx";
import { teamLabel } from "./team-label.ts";

const CRUMBS = [{ label: "Policies", href: "/policies" }];

export function PolicyPage({ id }: { id: number }) {
  const viewer = useViewer();
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
  if (!data || !viewer) return <Loading label="Loading the policy…" />;
  const { policy } = data;
  const mayWrite = canWrite(viewer, policy.team_id);
  return (
    <>
      <PageHeader
        breadcrumbs={[{ label: "Policies", href: `/policies${teamSearch(policy.team_id)}` }]}
        title={policy.name}
        description={policy.description}
        badges={
          <>
            {policy.critical && <Badge tone="accent">Critical</Badge>}
            <Badge>{teamLabel(viewer, policy.team_id)}</Badge>
          </>
        }
        actions={mayWrite && <DeleteButton policy={policy} />}
      />
      {mayWrite ? <PolicyEditor policy={policy} /> : <PolicyReadOnly policy={policy} />}
    </>
  );
}

function PolicyEditor({ policy }: { policy: PolicyJson }) {
  const update = useUpdatePolicy();
  // Counts arrive every few seconds; the form must only hear of the fields it edits.
  const fields = JSON.stringify(formValuesOf(policy));
  const initial = useMemo(() => JSON.parse(fields) as ReturnType<typeof formValuesOf>, [fields]);
  const { id, team_id: teamId, revision } = policy;

  async function save(values: PolicyFormOutput) {
    const body = changesOf(initial, values);
    const saved = await update.mutateAsync({ id, teamId, body });
    const restarted = saved.policy.revision > revision;
    toast.success(restarted ? "Saved. Hosts are asked the new revision." : "Saved");
  }

  return (
    <PolicyForm
      initial={initial}
      answered
      saveLabel="Save"
      onSave={save}
      before={<PolicyResults policy={policy} />}
      after={<PolicyFacts policy={policy} />}
    />
  );
}

function DeleteButton({ policy }: { policy: PolicyJson }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="danger-quiet" onClick={() => setOpen(true)}>
        <Trash2 aria-hidden />
        Delete
      </Button>
      <DeletePoliciesDialog
        open={open}
        onOpenChange={setOpen}
        teamId={policy.team_id}
        ids={[policy.id]}
        what={policy.name}
        onDone={() => router.push(`/policies${teamSearch(policy.team_id)}`)}
      />
    </>
  );
}
