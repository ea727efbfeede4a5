"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { useCreateTokenFor, userTokenListOptions } from "#lib/users/client.ts";
import type { UserJson } from "#lib/users/schema.ts";
import { TokenDialog } from "./token-dialog.tsx";
import { TokenList } from "./token-list.tsx";

interface UserTokensDialogProps {
  user: UserJson;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

export function UserTokensDialog({ user, open, onOpenChange }: UserTokensDialogProps) {
  const [making, setMaking] = useState(false);
  const list = useQuery({ ...userTokenListOptions(user.id), enabled: open });
  const create = useCreateTokenFor();
  const tokens = list.data?.tokens;
  return (
    <>
      <Dialog
        open={open}
        onOpenChange={onOpenChange}
        title={`API tokens of ${user.name}`}
        description="To exchange one without a gap: make a new one, set up the program, revoke the old one."
        footer={
          <>
            <Button onClick={() => onOpenChange(false)}>Close</Button>
            <Button variant="primary" onClick={() => setMaking(true)}>
              New token
            </Button>
          </>
        }
      >
        <div className="rounded-lg border border-line">
          {list.isError && !tokens ? (
            <ErrorState
              title="The tokens could not be loaded"
              error={list.error}
              onRetry={() => list.refetch()}
            />
          ) : !tokens ? (
            <Loading />
          ) : tokens.length === 0 ? (
            <EmptyState
              icon={<KeyRound />}
              title="No tokens"
              description="Without one this user cannot do anything."
              className="py-8"
            />
          ) : (
            <TokenList tokens={tokens} />
          )}
        </div>
      </Dialog>
      <TokenDialog
        open={making}
        onOpenChange={setMaking}
        description={`It acts as ${user.name}, with all its rights.`}
        create={(input) => create.mutateAsync({ id: user.id, ...input })}
      />
    </>
  );
}
