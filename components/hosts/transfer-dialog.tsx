"use client";

import { useState } from "react";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { toast } from "#components/ui/toast.tsx";
import { type HostChoice, useTransferHosts } from "#lib/hosts/client.ts";
import { errorMessage } from "#lib/http/api-error.ts";

const NO_TEAM = "0";

interface TransferDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  choice: HostChoice;
  /** "3 hosts", or the host's name. */
  what: string;
  onDone?: () => void;
}

export function TransferDialog({ open, onOpenChange, choice, what, onDone }: TransferDialogProps) {
  const viewer = useViewer();
  const [team, setTeam] = useState<string | null>(null);
  const transfer = useTransferHosts();
  const teams = (viewer?.available_teams ?? [])
    .filter(({ id }) => id > 0 && canWrite(viewer, id))
    .map(({ id, name }) => ({ value: String(id), label: name }));
  const options = viewer?.user.global_role
    ? [...teams, { value: NO_TEAM, label: "No team" }]
    : teams;

  function close(next: boolean) {
    if (transfer.isPending) return;
    transfer.reset();
    setTeam(null);
    onOpenChange(next);
  }

  async function submit() {
    const teamId = team === NO_TEAM ? null : Number(team);
    const moved = await transfer.mutateAsync({ choice, teamId }).then(
      () => true,
      () => false,
    );
    if (!moved) return;
    const name = options.find(({ value }) => value === team)?.label ?? "the team";
    toast.success(teamId === null ? `${what} taken out of the team` : `${what} moved to ${name}`);
    close(false);
    onDone?.();
  }

  return (
    <Dialog
      open={open}
      onOpenChange={close}
      size="sm"
      title={`Transfer ${what}`}
      description="The new team's policies are asked at the next check-in; answers to the old team's own policies go."
      footer={
        <>
          <Button onClick={() => close(false)}>Cancel</Button>
          <Button
            variant="primary"
            disabled={team === null}
            loading={transfer.isPending}
            onClick={submit}
          >
            Transfer
          </Button>
        </>
      }
    >
      {transfer.isError && (
        <Banner tone="fail" className="mb-4">
          {errorMessage(transfer.error)}
        </Banner>
      )}
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
    </Dialog>
  );
}
