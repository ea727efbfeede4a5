"use client";

import { useState } from "react";
import { Segmented } from "#components/ui/segmented.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useChangePolicies } from "#lib/policies/client.ts";
import { type BulkDialogProps, outcome } from "./bulk-dialog.ts";
import { ReasonDialog } from "./reason-dialog.tsx";
import { TagsField } from "./tags-field.tsx";

type Action = "add_tags" | "remove_tags";

export function TagPoliciesDialog(props: BulkDialogProps & { teamId: number | null }) {
  const { open, onOpenChange, choice, what, onDone, teamId } = props;
  const change = useChangePolicies();
  const [tags, setTags] = useState<string[]>([]);
  const [action, setAction] = useState<Action>("add_tags");
  return (
    <ReasonDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Tag ${what}`}
      description="Tags group policies and roll up their results. Hosts are not asked anew."
      confirmLabel={action === "add_tags" ? "Add tags" : "Remove tags"}
      ready={tags.length > 0}
      onConfirm={async (reason) => {
        const done = action === "add_tags" ? "tagged" : "lost the tags";
        toast.success(outcome(done, await change.mutateAsync({ action, tags, reason, ...choice })));
        setTags([]);
        onDone();
      }}
    >
      <Segmented<Action>
        label="What to do"
        value={action}
        onValueChange={setAction}
        options={[
          { value: "add_tags", label: "Add" },
          { value: "remove_tags", label: "Remove" },
        ]}
      />
      <TagsField required value={tags} onValueChange={setTags} teamId={teamId} />
    </ReasonDialog>
  );
}
