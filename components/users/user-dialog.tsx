"use client";

import { useState } from "react";
import { Dialog } from "#components/ui/dialog.tsx";
import type { UserJson } from "#lib/users/schema.ts";
import { TokenOnce } from "./token-once.tsx";
import { UserForm } from "./user-form.tsx";

interface UserDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  /** Undefined makes a new one. */
  user?: UserJson;
  /** A new user's first team. */
  teamId?: number;
}

export function UserDialog({ open, onOpenChange, user, teamId }: UserDialogProps) {
  const [token, setToken] = useState<string | null>(null);
  function close() {
    setToken(null);
    onOpenChange(false);
  }
  const title = token ? "API user created" : user ? `Edit ${user.name}` : "New user";
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title={title}
    >
      {token ? (
        <TokenOnce token={token} onDone={close} />
      ) : (
        <UserForm
          user={user}
          teamId={teamId}
          onCancel={close}
          onDone={(made) => (made ? setToken(made) : close())}
        />
      )}
    </Dialog>
  );
}
