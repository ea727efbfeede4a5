"use client";

import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useDeletePolicies } from "#lib/policies/client.ts";

/** Above this many, a slip of the mouse costs too much. */
const TYPE_ABOVE = 5;

interface DeletePoliciesDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Of one scope: the API deletes global policies and those of a team by different addresses. */
  teamId: number | null;
  ids: number[];
  /** "3 policies", or the policy's name. */
  what: string;
  onDone: () => void;
}

export function DeletePoliciesDialog(props: DeletePoliciesDialogProps) {
  const { open, onOpenChange, teamId, ids, what, onDone } = props;
  const remove = useDeletePolicies();
  const many = ids.length > 1;
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${what}?`}
      description={`Hosts are no longer asked, and every answer to ${many ? "them" : "it"} goes. Verdicts are decided without ${many ? "them" : "it"} at once. This cannot be undone.`}
      confirmLabel={many ? "Delete policies" : "Delete policy"}
      typeToConfirm={ids.length > TYPE_ABOVE ? `delete ${ids.length}` : undefined}
      onConfirm={async () => {
        await remove.mutateAsync({ teamId, ids });
        toast.success(`${what} deleted`);
        onDone();
      }}
    />
  );
}
