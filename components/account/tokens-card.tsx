"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { TokenDialog } from "#components/users/token-dialog.tsx";
import { TokenList } from "#components/users/token-list.tsx";
import { tokenListOptions, useCreateToken } from "#lib/users/client.ts";

export function TokensCard() {
  const list = useQuery(tokenListOptions());
  const [making, setMaking] = useState(false);
  const create = useCreateToken();
  const tokens = list.data?.tokens;
  const newToken = (
    <Button size="sm" onClick={() => setMaking(true)}>
      <Plus aria-hidden />
      New token
    </Button>
  );
  return (
    <Card
      title="API tokens"
      description="For scripts and the muster command. They act as you."
      flush
      actions={tokens && tokens.length > 0 && newToken}
    >
      {list.isError && !tokens ? (
        <ErrorState
          title="Your tokens could not be loaded"
          error={list.error}
          onRetry={() => list.refetch()}
          retrying={list.isFetching}
        />
      ) : !tokens ? (
        <Loading />
      ) : tokens.length === 0 ? (
        <EmptyState
          icon={<KeyRound />}
          title="No tokens"
          description="For a program that runs for the company, an admin had better make an API-only user."
          actions={newToken}
          className="py-10"
        />
      ) : (
        <TokenList tokens={tokens} />
      )}
      <TokenDialog
        open={making}
        onOpenChange={setMaking}
        description="It acts as you, with all your rights."
        create={(input) => create.mutateAsync(input)}
      />
    </Card>
  );
}
