"use client";

import { useMemo } from "react";
import { useImpactQuestion } from "#components/impact/use-impact-question.tsx";
import type { RunBeforeSaving } from "#components/runs/use-run.ts";
import { toast } from "#components/ui/toast.tsx";
import { useUpdatePolicy } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { PolicyForm } from "./policy-form.tsx";
import { changesOf, formValuesOf, type PolicyFormOutput } from "./policy-form-schema.ts";

export function PolicyEditor({ policy }: { policy: PolicyJson }) {
  const update = useUpdatePolicy();
  const impact = useImpactQuestion();
  // Counts arrive every few seconds; the form must only hear of the fields it edits.
  const fields = JSON.stringify(formValuesOf(policy));
  const initial = useMemo(() => JSON.parse(fields) as ReturnType<typeof formValuesOf>, [fields]);
  const { id, team_id: teamId, revision, version } = policy;

  async function save(values: PolicyFormOutput, run: RunBeforeSaving): Promise<boolean> {
    const body = changesOf(initial, values);
    const asked = { policy_id: id, run_id: run.id, ...body };
    if (!(await impact.mayBeSaved(asked, policy.name))) return false;
    const change = { ...body, expected_version: version };
    const saved = await update.mutateAsync({ id, teamId, body: change });
    const restarted = saved.policy.revision > revision;
    toast.success(restarted ? "Saved. Hosts are asked the new revision." : "Saved");
    await run.keep(id);
    return true;
  }

  return (
    <>
      <PolicyForm
        initial={initial}
        policyId={id}
        version={version}
        teamId={teamId}
        answered
        saveLabel="Save"
        onSave={save}
      />
      {impact.dialog}
    </>
  );
}
