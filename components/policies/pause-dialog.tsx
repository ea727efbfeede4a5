"use client";

import { useBulkImpact } from "#components/impact/use-bulk-impact.tsx";
import { toast } from "#components/ui/toast.tsx";
import { usePausePolicy } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { ReasonDialog } from "./reason-dialog.tsx";

interface PauseDialogProps {
  policy: Pick<PolicyJson, "id" | "name" | "paused_at">;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function PauseDialog({ policy, open, onOpenChange }: PauseDialogProps) {
  const change = usePausePolicy();
  const paused = policy.paused_at === null;
  const action = paused ? "pause" : "resume";
  const impact = useBulkImpact(open ? { action, ids: [policy.id] } : undefined);
  return (
    <ReasonDialog
      open={open}
      onOpenChange={onOpenChange}
      title={paused ? `Pause ${policy.name}?` : `Resume ${policy.name}?`}
      description={
        paused
          ? "No host is asked until it is resumed. Answers stay as they are, are not shown as stale, and stop nobody: a host that fails it may pass."
          : "Hosts are asked again, and its answers count at once: those that are too old by now are stale until the host answers."
      }
      confirmLabel={paused ? "Pause policy" : "Resume policy"}
      ready={impact.ready}
      typeToConfirm={impact.confirm ? policy.name : undefined}
      onConfirm={async (reason) => {
        await change.mutateAsync({ id: policy.id, paused, reason });
        toast.success(paused ? "Paused" : "Resumed");
      }}
    >
      {impact.facts}
    </ReasonDialog>
  );
}
