"use client";

import { useState } from "react";
import { useBulkImpact } from "#components/impact/use-bulk-impact.tsx";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useChangePolicies } from "#lib/policies/client.ts";
import { type BulkDialogProps, outcome } from "./bulk-dialog.ts";
import { ReasonDialog } from "./reason-dialog.tsx";
import { teamLabel } from "./team-label.ts";

const ALL = "all";
const keyOf = (id: number | null) => (id === null ? ALL : String(id));

export function MovePoliciesDialog(props: BulkDialogProps & { teamId: number | null }) {
  const { open, onOpenChange, choice, count, what, onDone, teamId } = props;
  const viewer = useViewer();
  const change = useChangePolicies();
  const [team, setTeam] = useState<string | null>(null);
  const action = { action: "move", team_id: team === ALL ? null : Number(team) } as const;
  const isChosen = open && team !== null;
  const impact = useBulkImpact(isChosen ? { ...action, ...choice } : undefined);
  const teams = viewer?.available_teams.map(({ id }) => id).filter((id) => id > 0) ?? [];
  const options = [null, ...teams, 0]
    .filter((id) => id !== teamId && canWrite(viewer, id))
    .map((id) => ({ value: keyOf(id), label: viewer ? teamLabel(viewer, id) : "" }));
  return (
    <ReasonDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Move ${what}`}
      description="The hosts of the new team are asked, and all answers start anew. Those so far stay in the history."
      confirmLabel="Move"
      ready={team !== null && impact.ready}
      typeToConfirm={impact.confirm ? `move ${count}` : undefined}
      onConfirm={async (reason) => {
        const moved = await change.mutateAsync({ ...action, reason, ...choice });
        toast.success(outcome("moved", moved));
        setTeam(null);
        onDone();
      }}
    >
      <Field label="New team">
        <Combobox
          options={options}
          value={team}
          onValueChange={setTeam}
          placeholder="Choose a team"
          searchPlaceholder="Find a team…"
          emptyText="No team of that name."
        />
      </Field>
      {impact.facts}
    </ReasonDialog>
  );
}
