"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { plural } from "#lib/format.ts";
import { useDeleteLabel } from "#lib/labels/client.ts";
import type { LabelDetailJson } from "#lib/labels/schema.ts";

interface DeleteLabelDialogProps {
  label: LabelDetailJson;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks, or says at once what stands in the way; the API refuses either way. */
export function DeleteLabelDialog(props: DeleteLabelDialogProps) {
  return props.label.policies.length > 0 ? <InUse {...props} /> : <Confirm {...props} />;
}

function Confirm({ label, open, onOpenChange }: DeleteLabelDialogProps) {
  const router = useRouter();
  const remove = useDeleteLabel();
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${label.name}?`}
      description="What hosts said of it goes. No policy goes by it, so nobody is asked more or less. This cannot be undone."
      confirmLabel="Delete label"
      onConfirm={async () => {
        await remove.mutateAsync(label.id);
        toast.success(`${label.name} is deleted.`);
        router.push("/labels");
      }}
    />
  );
}

function InUse({ label, open, onOpenChange }: DeleteLabelDialogProps) {
  const { policies } = label;
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${label.name} is in use`}
      description={`${plural(policies.length, "policy", "policies")} would ask other hosts without it. Take it out of them first:`}
    >
      <ul className="max-h-72 space-y-1 overflow-y-auto text-sm">
        {policies.map((policy) => (
          <li key={policy.id}>
            <Link
              href={`/policies/${policy.id}`}
              className="text-accent-text underline-offset-3 hover:underline"
            >
              {policy.name}
            </Link>
          </li>
        ))}
      </ul>
      <DialogFooter>
        <Button onClick={() => onOpenChange(false)}>Close</Button>
      </DialogFooter>
    </Dialog>
  );
}
