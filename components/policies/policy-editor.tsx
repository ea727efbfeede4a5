"use client";

import { useMemo } from "react";
import { toast } from "#components/ui/toast.tsx";
import { useUpdatePolicy } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { PolicyForm } from "./policy-form.tsx";
import { changesOf, formValuesOf, type PolicyFormOutput } from "./policy-form-schema.ts";
import { PolicyResults } from "./policy-results.tsx";

export function PolicyEditor({ policy }: { policy: PolicyJson }) {
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
    />
  );
}
