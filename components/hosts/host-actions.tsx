"use client";

import { Ellipsis, FolderInput, Link2, RefreshCw, Trash2 } from "lucide-react";
import { useState } from "react";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "#components/ui/dropdown-menu.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useRefetchHost } from "#lib/hosts/client.ts";
import type { HostDetailJson } from "#lib/hosts/json.ts";
import { DeleteHostsDialog } from "./delete-hosts-dialog.tsx";
import { DeviceLinkDialog } from "./device-link-dialog.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";

type Open = "link" | "transfer" | "delete" | null;

interface HostActionsProps {
  host: HostDetailJson;
  onDeleted: () => void;
}

export function HostActions({ host, onDeleted }: HostActionsProps) {
  const mayWrite = canWrite(useViewer(), host.team_id);
  const [open, setOpen] = useState<Open>(null);
  const refetch = useRefetchHost();
  const busy = refetch.isPending || host.refetch_requested;
  const waits = host.refetch_requested && host.status === "offline";
  const dialog = {
    choice: { ids: [host.id] },
    what: host.display_name,
    onOpenChange: (next: boolean) => !next && setOpen(null),
  };
  return (
    <>
      <Button onClick={() => setOpen("link")}>
        <Link2 aria-hidden className="text-muted" />
        My device link
      </Button>
      {mayWrite && (
        <DropdownMenu>
          <DropdownMenuTrigger asChild>
            <IconButton label="More actions" variant="secondary">
              <Ellipsis aria-hidden />
            </IconButton>
          </DropdownMenuTrigger>
          <DropdownMenuContent>
            <DropdownMenuItem onSelect={() => setOpen("transfer")}>
              <FolderInput aria-hidden />
              Transfer to a team…
            </DropdownMenuItem>
            <DropdownMenuSeparator />
            <DropdownMenuItem danger onSelect={() => setOpen("delete")}>
              <Trash2 aria-hidden />
              Delete host…
            </DropdownMenuItem>
          </DropdownMenuContent>
        </DropdownMenu>
      )}
      <Button
        variant="primary"
        aria-disabled={busy || undefined}
        onClick={() =>
          busy ||
          refetch.mutate(host.id, {
            onError: (error) => toast.error(error, "The refetch could not be requested"),
          })
        }
        className={busy ? "opacity-75" : undefined}
      >
        <RefreshCw aria-hidden className={busy && !waits ? "animate-spin" : undefined} />
        {refetchLabel(busy, waits)}
      </Button>
      <DeviceLinkDialog
        host={host}
        mayRevoke={mayWrite}
        open={open === "link"}
        onOpenChange={dialog.onOpenChange}
      />
      <TransferDialog {...dialog} open={open === "transfer"} />
      <DeleteHostsDialog {...dialog} count={1} open={open === "delete"} onDone={onDeleted} />
    </>
  );
}

function refetchLabel(busy: boolean, waits: boolean): string {
  if (waits) return "Refetch waits";
  return busy ? "Refetching…" : "Refetch";
}
