"use client";

import { Lock } from "lucide-react";
import { useRouter } from "next/navigation";
import { useImpactQuestion } from "#components/impact/use-impact-question.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { EditedElsewhere, useRepositoryUrl } from "#components/layout/gitops.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { teamSearch, useTeam } from "#components/layout/use-team.ts";
import { canWrite, useViewer, type Viewer } from "#components/layout/viewer.ts";
import type { RunBeforeSaving } from "#components/runs/use-run.ts";
import { TemplateDialog } from "#components/templates/template-dialog.tsx";
import { Card } from "#components/ui/card.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useCreatePolicy } from "#lib/policies/client.ts";
import { PolicyForm } from "./policy-form.tsx";
import { NEW_POLICY, type PolicyFormOutput } from "./policy-form-schema.ts";
import { teamLabel } from "./team-label.ts";
import { useTemplateDraft } from "./use-template-draft.ts";

const ALL = "all";

const keyOf = (teamId: number | null) => (teamId === null ? ALL : String(teamId));

/** Where this person may make policies, all teams first. */
function scopesOf(viewer: Viewer): (number | null)[] {
  const teams = viewer.available_teams.map(({ id }) => id).filter((id) => id > 0);
  return [null, ...teams, 0].filter((teamId) => canWrite(viewer, teamId));
}

export function NewPolicyPage() {
  const viewer = useViewer();
  const router = useRouter();
  const [team, setTeam] = useTeam();
  const create = useCreatePolicy();
  const impact = useImpactQuestion();
  const [draft, setTemplate] = useTemplateDraft();
  const repositoryUrl = useRepositoryUrl();
  if (!viewer) return <Loading />;
  const scopes = scopesOf(viewer);
  const [first] = scopes;
  const teamId = scopes.includes(team) ? team : first;
  const crumbs = [{ label: "Policies", href: `/policies${teamSearch(team)}` }];
  if (teamId === undefined) {
    return (
      <>
        <PageHeader title="New policy" breadcrumbs={crumbs} />
        <Card>
          <EmptyState
            icon={<Lock />}
            title="You may look at policies and not make any"
            description="Ask an admin for the maintainer role of a team."
          />
        </Card>
      </>
    );
  }

  if (repositoryUrl !== null) {
    return (
      <>
        <PageHeader title="New policy" breadcrumbs={crumbs} />
        <EditedElsewhere teamId={teamId} what="Policies are" />
      </>
    );
  }

  async function save(values: PolicyFormOutput, run: RunBeforeSaving): Promise<boolean> {
    if (teamId === undefined) return false;
    const asked = { team_id: teamId, run_id: run.id, ...values };
    if (!(await impact.mayBeSaved(asked, values.name))) return false;
    const { policy } = await create.mutateAsync({ teamId, body: values });
    toast.success("Created. Hosts that are online answer at their next check-in.");
    await run.keep(policy.id);
    router.push(`/policies/${policy.id}`);
    return true;
  }

  return (
    <>
      <PageHeader
        title="New policy"
        breadcrumbs={crumbs}
        description="A question in SQL. Hosts that are online are asked at their next check-in."
        actions={<TemplateDialog onUse={setTemplate} />}
      />
      <PolicyForm
        initial={NEW_POLICY}
        draft={draft}
        teamId={teamId}
        saveLabel="Create policy"
        onSave={save}
        scope={
          <Field label="Team" hint="Whose hosts are asked.">
            <Combobox
              options={scopes.map((id) => ({ value: keyOf(id), label: teamLabel(viewer, id) }))}
              value={keyOf(teamId)}
              searchPlaceholder="Find a team…"
              emptyText="No team of that name."
              onValueChange={(key) => setTeam(key === ALL || key === null ? null : Number(key))}
            />
          </Field>
        }
      />
      {impact.dialog}
    </>
  );
}
