"use client";

import { Ellipsis, KeyRound, LockKeyhole, LockKeyholeOpen, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useViewer } from "#components/layout/viewer.ts";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "#components/ui/dropdown-menu.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useDeleteUser, useRequirePasswordReset } from "#lib/users/client.ts";
import type { UserJson } from "#lib/users/schema.ts";
import { UserDialog } from "./user-dialog.tsx";
import { UserTokensDialog } from "./user-tokens-dialog.tsx";

type Open = "edit" | "tokens" | "reset" | "delete" | null;

export function UserMenu({ user }: { user: UserJson }) {
  const [open, setOpen] = useState<Open>(null);
  const isSelf = useViewer()?.user.id === user.id;
  const remove = useDeleteUser();
  const reset = useRequirePasswordReset();
  const dialog = (name: Open) => ({
    open: open === name,
    onOpenChange: (next: boolean) => setOpen(next ? name : null),
  });

  function liftReset() {
    reset.mutate(
      { id: user.id, require: false },
      {
        onSuccess: () => toast.success("They keep their password."),
        onError: (e) => toast.error(e),
      },
    );
  }

  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <IconButton label={`Actions for ${user.name}`} size="sm" className="relative z-10">
            <Ellipsis aria-hidden />
          </IconButton>
        </DropdownMenuTrigger>
        <DropdownMenuContent>
          <DropdownMenuItem onSelect={() => setOpen("edit")}>
            <Pencil aria-hidden />
            Edit
          </DropdownMenuItem>
          {user.api_only && (
            <DropdownMenuItem onSelect={() => setOpen("tokens")}>
              <KeyRound aria-hidden />
              API tokens
            </DropdownMenuItem>
          )}
          {!user.api_only && !user.force_password_reset && (
            <DropdownMenuItem onSelect={() => setOpen("reset")}>
              <LockKeyhole aria-hidden />
              Require new password
            </DropdownMenuItem>
          )}
          {!user.api_only && user.force_password_reset && (
            <DropdownMenuItem onSelect={liftReset}>
              <LockKeyholeOpen aria-hidden />
              Lift password reset
            </DropdownMenuItem>
          )}
          {!isSelf && <DropdownMenuSeparator />}
          {!isSelf && (
            <DropdownMenuItem danger onSelect={() => setOpen("delete")}>
              <Trash2 aria-hidden />
              Delete
            </DropdownMenuItem>
          )}
        </DropdownMenuContent>
      </DropdownMenu>
      <UserDialog user={user} {...dialog("edit")} />
      <UserTokensDialog user={user} {...dialog("tokens")} />
      <ConfirmDialog
        {...dialog("reset")}
        title={`Require a new password of ${user.name}?`}
        description="They are signed out everywhere, sign in with their present password once more, and have to choose another one."
        confirmLabel="Require new password"
        danger={false}
        onConfirm={() => reset.mutateAsync({ id: user.id, require: true })}
      />
      <ConfirmDialog
        {...dialog("delete")}
        title={`Delete ${user.name}?`}
        description="Their sessions and tokens end at once. What they did stays in the activity."
        confirmLabel="Delete user"
        onConfirm={() => remove.mutateAsync(user.id)}
      />
    </>
  );
}
