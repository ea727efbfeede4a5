"use client";

import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { type PolicyChoice, useDeletePolicies } from "#lib/policies/client.ts";

/** Above this many, a slip of the mouse costs too much. */
const TYPE_ABOVE = 5;

interface DeletePoliciesDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  choice: PolicyChoice;
  count: number;
  /** "3 policies", or the policy's name. */
  what: string;
  onDone: () => void;
}

export function DeletePoliciesDialog(props: DeletePoliciesDialogProps) {
  const { open, onOpenChange, choice, count, what, onDone } = props;
  const remove = useDeletePolicies();
  const them = count > 1 ? "them" : "it";
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${what}?`}
      description={`Hosts are no longer asked, and every answer to ${them} goes. Verdicts are decided without ${them} at once. This cannot be undone.`}
      confirmLabel={count > 1 ? "Delete policies" : "Delete policy"}
      typeToConfirm={count > TYPE_ABOVE ? `delete ${count}` : undefined}
      onConfirm={async () => {
        await remove.mutateAsync(choice);
        toast.success(`${what} deleted`);
        onDone();
      }}
    />
  );
}
