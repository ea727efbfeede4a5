"use client";

import { useRouter } from "next/navigation";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { plural } from "#lib/format.ts";
import { useDeleteLabel } from "#lib/labels/client.ts";
import type { LabelDetailJson } from "#lib/labels/schema.ts";
import { isUsed, LabelUses } from "./label-facts.tsx";

interface DeleteLabelDialogProps {
  label: LabelDetailJson;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** Asks, or says at once what stands in the way; the API refuses either way. */
export function DeleteLabelDialog(props: DeleteLabelDialogProps) {
  return isUsed(props.label) ? <InUse {...props} /> : <Confirm {...props} />;
}

function Confirm({ label, open, onOpenChange }: DeleteLabelDialogProps) {
  const router = useRouter();
  const remove = useDeleteLabel();
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${label.name}?`}
      description="What hosts said of it goes. No policy or exemption goes by it, so nobody is asked more or less, or let off. This cannot be undone."
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
  const { policies, exemptions } = label;
  const uses = [
    policies.length > 0 && plural(policies.length, "policy", "policies"),
    exemptions.length > 0 && plural(exemptions.length, "exemption"),
  ].filter(Boolean);
  return (
    <Dialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${label.name} is in use`}
      description={`${uses.join(" and ")} would be about other hosts without it. Take it out of the policies, and end the exemptions, first:`}
    >
      <div className="max-h-72 overflow-y-auto text-sm">
        <LabelUses label={label} />
      </div>
      <DialogFooter>
        <Button onClick={() => onOpenChange(false)}>Close</Button>
      </DialogFooter>
    </Dialog>
  );
}
