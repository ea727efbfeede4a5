"use client";

import { toast } from "#components/ui/toast.tsx";
import { useRestoreRevision } from "#lib/policies/client.ts";
import { ReasonDialog } from "./reason-dialog.tsx";

interface RestoreDialogProps {
  policyId: number;
  version: number;
  /** The SQL in force is another one. */
  newSql: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
  onDone: () => void;
}

export function RestoreDialog(props: RestoreDialogProps) {
  const { policyId, version, newSql, onDone } = props;
  const restore = useRestoreRevision();
  return (
    <ReasonDialog
      open={props.open}
      onOpenChange={props.onOpenChange}
      title={`Restore revision ${version}?`}
      description={
        newSql
          ? "Its words become a new revision. Its SQL is another one than now, so every host counts as pending until it has answered."
          : "Its words become a new revision. The SQL is the same, so answers stay."
      }
      confirmLabel="Restore"
      onConfirm={async (reason) => {
        await restore.mutateAsync({ id: policyId, version, reason });
        toast.success(`Revision ${version} is in force again`);
        onDone();
      }}
    />
  );
}
