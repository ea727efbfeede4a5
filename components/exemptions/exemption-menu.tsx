"use client";

import { CalendarClock, Ellipsis, ShieldCheck } from "lucide-react";
import { useState } from "react";
import { useMayEdit } from "#components/layout/gitops.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "#components/ui/dropdown-menu.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { useEndExemption } from "#lib/exemptions/client.ts";
import type { ExemptionJson } from "#lib/exemptions/schema.ts";
import { EditExemptionDialog } from "./edit-dialog.tsx";

/** What can be done about an exemption in force, by who may edit its policy. */
export function ExemptionMenu({ exemption }: { exemption: ExemptionJson }) {
  const [editing, setEditing] = useState(false);
  const [ending, setEnding] = useState(false);
  const end = useEndExemption();
  const mayEdit = useMayEdit(exemption.policy_team_id);
  if (!mayEdit || exemption.ended_at) return null;
  const { name } = exemption.target;
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <IconButton label={`Actions for the exemption of ${name}`} size="sm">
            <Ellipsis aria-hidden />
          </IconButton>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuItem onSelect={() => setEditing(true)}>
            <CalendarClock aria-hidden />
            Change…
          </DropdownMenuItem>
          <DropdownMenuItem onSelect={() => setEnding(true)}>
            <ShieldCheck aria-hidden />
            End now…
          </DropdownMenuItem>
        </DropdownMenuContent>
      </DropdownMenu>
      <EditExemptionDialog
        exemption={editing ? exemption : null}
        onClose={() => setEditing(false)}
      />
      <ConfirmDialog
        open={ending}
        onOpenChange={setEnding}
        danger={false}
        title={`End the exemption of ${name}?`}
        description={`“${exemption.policy_name}” counts for it again from now on, with the answer it has given last.`}
        confirmLabel="End exemption"
        onConfirm={() => end.mutateAsync(exemption.id)}
      />
    </>
  );
}
