"use client";

import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { type HostChoice, useDeleteHosts } from "#lib/hosts/client.ts";

/** Above this many, a slip of the mouse costs too much. */
const TYPE_ABOVE = 10;

interface DeleteHostsDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  choice: HostChoice;
  count: number;
  /** "3 hosts", or the host's name. */
  what: string;
  onDone?: () => void;
}

export function DeleteHostsDialog(props: DeleteHostsDialogProps) {
  const { open, onOpenChange, choice, count, what, onDone } = props;
  const remove = useDeleteHosts();
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${what}?`}
      description="Their answers, details and My device links go with them, and this cannot be undone. A machine that still runs osquery with a valid enroll secret comes back as a new host."
      confirmLabel={count === 1 ? "Delete host" : "Delete hosts"}
      typeToConfirm={count > TYPE_ABOVE ? `delete ${count}` : undefined}
      onConfirm={async () => {
        await remove.mutateAsync(choice);
        toast.success(`${what} deleted`);
        onDone?.();
      }}
    />
  );
}
