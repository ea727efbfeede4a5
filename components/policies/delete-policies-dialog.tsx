"use client";

import { useBulkImpact } from "#components/impact/use-bulk-impact.tsx";
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
  /** What is typed where it hits many hosts; "delete 3" unless told otherwise. */
  name?: string;
  onDone: () => void;
}

export function DeletePoliciesDialog(props: DeletePoliciesDialogProps) {
  const { open, onOpenChange, choice, count, what, name = `delete ${count}`, onDone } = props;
  const impact = useBulkImpact(open ? { action: "delete", ...choice } : undefined);
  const remove = useDeletePolicies();
  const them = count > 1 ? "them" : "it";
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${what}?`}
      description={`Hosts are no longer asked, and every answer to ${them} goes. Verdicts are decided without ${them} at once. This cannot be undone.`}
      confirmLabel={count > 1 ? "Delete policies" : "Delete policy"}
      ready={impact.ready}
      typeToConfirm={impact.confirm || count > TYPE_ABOVE ? name : undefined}
      onConfirm={async () => {
        await remove.mutateAsync(choice);
        toast.success(`${what} deleted`);
        onDone();
      }}
    >
      {impact.facts}
    </ConfirmDialog>
  );
}
