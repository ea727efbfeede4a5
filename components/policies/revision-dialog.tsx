"use client";

import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { revisionOptions } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { RestoreDialog } from "./restore-dialog.tsx";
import { RevisionComparison } from "./revision-comparison.tsx";

interface RevisionDialogProps {
  /** As it is when the dialog opens. */
  policy: PolicyJson;
  version: number;
  mayRestore: boolean;
  onClose: () => void;
}

type Against = "before" | "now";

/** What a revision said, beside the one before it or the current one. */
export function RevisionDialog({ version, mayRestore, onClose, ...props }: RevisionDialogProps) {
  // What the person compares with and decides about: an edit that comes in meanwhile, which the page
  // behind follows, must not be overwritten unseen.
  const [policy] = useState(props.policy);
  const isCurrent = version === policy.version;
  const [chosen, setChosen] = useState<Against | null>(null);
  const [restoring, setRestoring] = useState(false);
  const against = chosen ?? (version === 1 && !isCurrent ? "now" : "before");
  const comparable = version > 1 && !isCurrent;
  const other = against === "now" ? policy.version : Math.max(1, version - 1);
  const one = useQuery(revisionOptions(policy.id, version));
  const two = useQuery(revisionOptions(policy.id, other));
  const failed = [one, two].find((query) => query.isError);
  const [shown, base] = [one.data?.revision, two.data?.revision];
  return (
    <Dialog
      open
      onOpenChange={(next) => !next && onClose()}
      size="xl"
      title={isCurrent ? `Revision ${version}, in force` : `Revision ${version}`}
      description={
        shown && (
          <>
            {shown.author_name || "Unknown"}, <RelativeTime value={shown.created_at} />
            {shown.reason && `: “${shown.reason}”`}
          </>
        )
      }
      footer={
        <>
          <Button onClick={onClose}>Close</Button>
          {mayRestore && !isCurrent && shown && (
            <Button variant="primary" onClick={() => setRestoring(true)}>
              <RotateCcw aria-hidden />
              Restore revision {version}
            </Button>
          )}
        </>
      }
    >
      {comparable && (
        <Segmented<Against>
          label="Compare with"
          value={against}
          onValueChange={setChosen}
          className="mt-1 mb-4"
          options={[
            { value: "before", label: "What it changed" },
            { value: "now", label: "What changed since" },
          ]}
        />
      )}
      {failed ? (
        <ErrorState
          title="This revision could not be loaded"
          error={failed.error}
          onRetry={() => Promise.all([one.refetch(), two.refetch()])}
        />
      ) : shown && base ? (
        <RevisionComparison
          before={against === "now" ? shown : base}
          after={against === "now" ? base : shown}
        />
      ) : (
        <SkeletonText lines={6} />
      )}
      {shown && (
        <RestoreDialog
          policy={policy}
          revision={shown}
          open={restoring}
          onOpenChange={setRestoring}
          onDone={onClose}
        />
      )}
    </Dialog>
  );
}
