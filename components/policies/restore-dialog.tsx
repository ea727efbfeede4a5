"use client";

import { useImpactQuestion } from "#components/impact/use-impact-question.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useRestoreRevision } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import type { VersionJson } from "#lib/policies/version-schema.ts";
import { changesOf, formValuesOf } from "./policy-form-schema.ts";
import { ReasonDialog } from "./reason-dialog.tsx";

interface RestoreDialogProps {
  /** As the person has seen it: the server refuses if it was edited since. */
  policy: PolicyJson;
  revision: VersionJson;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone: () => void;
}

/** Asks why, and then tells what will change as any edit does. */
export function RestoreDialog({
  policy,
  revision,
  open,
  onOpenChange,
  onDone,
}: RestoreDialogProps) {
  const restore = useRestoreRevision();
  const impact = useImpactQuestion();
  const { version } = revision;
  const newSql = revision.query !== policy.query;

  async function confirm(reason: string) {
    const changes = changesOf(formValuesOf(policy), formValuesOf(revision));
    if (!(await impact.mayBeSaved({ policy_id: policy.id, ...changes }, policy.name))) return;
    const expected = { expected_version: policy.version };
    await restore.mutateAsync({ id: policy.id, version, reason, ...expected });
    toast.success(`Revision ${version} is in force again`);
    onDone();
  }

  return (
    <>
      <ReasonDialog
        open={open}
        onOpenChange={onOpenChange}
        title={`Restore revision ${version}?`}
        description={
          newSql
            ? "Its words become a new revision. Its SQL is another one than now, so every host counts as pending until it has answered."
            : "Its words become a new revision. The SQL is the same, so answers stay."
        }
        confirmLabel="Restore"
        onConfirm={confirm}
      />
      {impact.dialog}
    </>
  );
}
