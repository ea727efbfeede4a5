"use client";

import { Ellipsis, Pencil, Plus, Trash2 } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useRepositoryUrl } from "#components/layout/gitops.tsx";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuTrigger,
} from "#components/ui/dropdown-menu.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { plural } from "#lib/format.ts";
import { useDeleteTeam } from "#lib/teams/client.ts";
import type { TeamJson } from "#lib/teams/schema.ts";
import { TeamDialog } from "./team-dialog.tsx";

export function TeamActions({ team }: { team: TeamJson }) {
  const [open, setOpen] = useState<"edit" | "delete" | null>(null);
  const mayAddHosts = canWrite(useViewer(), team.id);
  // Agent options are shown to those who may edit the team, and to nobody else.
  const mayEdit = useRepositoryUrl() === null && team.agent_options !== undefined;
  return (
    <>
      {mayAddHosts && (
        <Button asChild>
          <Link href={`/hosts/add?team_id=${team.id}`}>
            <Plus aria-hidden />
            Add hosts
          </Link>
        </Button>
      )}
      {mayEdit && (
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <IconButton label="More actions" variant="secondary">
              <Ellipsis aria-hidden />
            </IconButton>
          </DropdownMenuTrigger>
          <DropdownMenuContent>
            <DropdownMenuItem onSelect={() => setOpen("edit")}>
              <Pencil aria-hidden />
              Rename or describe
            </DropdownMenuItem>
            <DropdownMenuItem danger onSelect={() => setOpen("delete")}>
              <Trash2 aria-hidden />
              Delete team
            </DropdownMenuItem>
          </DropdownMenuContent>
        </DropdownMenu>
      )}
      <TeamDialog
        team={team}
        open={open === "edit"}
        onOpenChange={(next) => setOpen(next ? "edit" : null)}
      />
      <DeleteDialog
        team={team}
        open={open === "delete"}
        onOpenChange={(next) => setOpen(next ? "delete" : null)}
      />
    </>
  );
}

interface DeleteDialogProps {
  team: TeamJson;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

function DeleteDialog({ team, open, onOpenChange }: DeleteDialogProps) {
  const router = useRouter();
  const remove = useDeleteTeam();
  async function confirm() {
    await remove.mutateAsync(team.id);
    toast.success(`${team.name} is deleted.`);
    router.push("/teams");
  }
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title={`Delete ${team.name}?`}
      description={consequences(team)}
      confirmLabel="Delete team"
      typeToConfirm={team.name}
      onConfirm={confirm}
    />
  );
}

function consequences({ host_count: hosts, user_count: people }: TeamJson): string {
  return [
    "Its policies and enroll secrets are removed for good.",
    hosts > 0 && `Its ${plural(hosts, "host")} will be in no team.`,
    people > 0 && "People who have no other role lose their access.",
  ]
    .filter(Boolean)
    .join(" ");
}
