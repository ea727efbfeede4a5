"use client";

import { useBulkImpact } from "#components/impact/use-bulk-impact.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useChangePolicies } from "#lib/policies/client.ts";
import { type BulkDialogProps, outcome } from "./bulk-dialog.ts";
import { ReasonDialog } from "./reason-dialog.tsx";

const WORDS = {
  pause: {
    verb: "Pause",
    done: "paused",
    means:
      "No host is asked meanwhile. Answers stay as they are and stop nobody: a host that fails one may pass.",
  },
  resume: {
    verb: "Resume",
    done: "resumed",
    means: "Hosts are asked again, and the answers count at once.",
  },
};

export function PausePoliciesDialog(props: BulkDialogProps & { action: "pause" | "resume" }) {
  const { open, onOpenChange, choice, count, what, onDone, action } = props;
  const change = useChangePolicies();
  const impact = useBulkImpact(open ? { action, ...choice } : undefined);
  const { verb, done, means } = WORDS[action];
  return (
    <ReasonDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`${verb} ${what}?`}
      description={means}
      confirmLabel={`${verb} ${what}`}
      ready={impact.ready}
      typeToConfirm={impact.confirm ? `${action} ${count}` : undefined}
      onConfirm={async (reason) => {
        toast.success(outcome(done, await change.mutateAsync({ action, reason, ...choice })));
        onDone();
      }}
    >
      {impact.facts}
    </ReasonDialog>
  );
}
