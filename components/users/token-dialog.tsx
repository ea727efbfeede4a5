"use client";

import { useState } from "react";
import { Dialog } from "#components/ui/dialog.tsx";
import { TokenForm } from "./token-form.tsx";
import { TokenOnce } from "./token-once.tsx";

interface TokenDialogProps {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  description: string;
  create: (input: { name: string; expires_in_days: number | null }) => Promise<{ token: string }>;
}

/** Asks for name and life of a token, makes it, and shows it once. */
export function TokenDialog({ open, onOpenChange, description, create }: TokenDialogProps) {
  const [token, setToken] = useState<string | null>(null);
  function close() {
    setToken(null);
    onOpenChange(false);
  }
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => (next ? onOpenChange(true) : close())}
      title="New API token"
      description={token ? undefined : description}
    >
      {token ? (
        <TokenOnce token={token} onDone={close} />
      ) : (
        <TokenForm
          onCancel={close}
          onCreate={async (input) => setToken((await create(input)).token)}
        />
      )}
    </Dialog>
  );
}
