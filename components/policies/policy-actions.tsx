"use client";

import { Pause, Play, RefreshCw, Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useMayEdit } from "#components/layout/gitops.tsx";
import { teamSearch } from "#components/layout/use-team.ts";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { errorMessage } from "#lib/http/api-error.ts";
import { useRunPolicy } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { DeletePoliciesDialog } from "./delete-policies-dialog.tsx";
import { PauseDialog } from "./pause-dialog.tsx";

/** What can be done with a policy besides editing it. Running it changes nothing that is in files. */
export function PolicyActions({ policy }: { policy: PolicyJson }) {
  const router = useRouter();
  const mayWrite = canWrite(useViewer(), policy.team_id);
  const mayEdit = useMayEdit(policy.team_id);
  const [open, setOpen] = useState<"pause" | "delete" | null>(null);
  const paused = policy.paused_at !== null;
  const close = (next: boolean) => !next && setOpen(null);
  return (
    <>
      {mayWrite && !paused && <RunButton id={policy.id} />}
      {mayEdit && (
        <>
          <Button onClick={() => setOpen("pause")}>
            {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
            {paused ? "Resume" : "Pause"}
          </Button>
          <Button variant="danger-quiet" onClick={() => setOpen("delete")}>
            <Trash2 aria-hidden />
            Delete
          </Button>
        </>
      )}
      <PauseDialog policy={policy} open={open === "pause"} onOpenChange={close} />
      <DeletePoliciesDialog
        open={open === "delete"}
        onOpenChange={close}
        choice={{ ids: [policy.id] }}
        count={1}
        what={policy.name}
        name={policy.name}
        onDone={() => router.push(`/policies${teamSearch(policy.team_id)}`)}
      />
    </>
  );
}

function RunButton({ id }: { id: number }) {
  const run = useRunPolicy();
  const start = () =>
    run.mutate(
      { id },
      {
        onSuccess: () => toast.success("Hosts that are online answer at their next check-in."),
        onError: (error) => toast.error(errorMessage(error)),
      },
    );
  return (
    <Button
      title="All its hosts answer now, whatever the interval"
      loading={run.isPending}
      onClick={start}
    >
      <RefreshCw aria-hidden />
      Run now
    </Button>
  );
}
