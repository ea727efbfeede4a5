"use client";

import { Trash2 } from "lucide-react";
import { useState } from "react";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { useRevokeSession } from "#lib/users/client.ts";
import type { SessionJson } from "#lib/users/schema.ts";

/** API tokens by name, each with its end and a way to end it now. */
export function TokenList({ tokens }: { tokens: SessionJson[] }) {
  const [revoking, setRevoking] = useState<SessionJson | null>(null);
  const revoke = useRevokeSession();
  return (
    <>
      <ul aria-label="API tokens">
        {tokens.map((token) => (
          <li
            key={token.id}
            className="flex items-center gap-3 border-line border-b px-4 py-2.5 last:border-b-0"
          >
            <div className="min-w-0 flex-1">
              <p className="truncate font-medium text-sm">{token.name || "Unnamed"}</p>
              <p className="text-muted text-xs">
                made <RelativeTime value={token.created_at} />, last used{" "}
                <RelativeTime value={token.accessed_at} />,{" "}
                {token.expires_at ? (
                  <>
                    ends <RelativeTime value={token.expires_at} />
                  </>
                ) : (
                  "does not end"
                )}
              </p>
            </div>
            <IconButton
              label={`Revoke ${token.name || "token"}`}
              size="sm"
              onClick={() => setRevoking(token)}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      <ConfirmDialog
        open={revoking !== null}
        onOpenChange={() => setRevoking(null)}
        title={`Revoke ${revoking?.name || "this token"}?`}
        description="Programs that use it are refused from their next request on. This cannot be undone."
        confirmLabel="Revoke token"
        onConfirm={() => revoke.mutateAsync(revoking?.id ?? 0)}
      />
    </>
  );
}
