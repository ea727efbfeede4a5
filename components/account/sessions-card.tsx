"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { sessionListOptions, useRevokeSession } from "#lib/users/client.ts";
import type { SessionJson } from "#lib/users/schema.ts";
import { describeUserAgent } from "./user-agent.ts";

export function SessionsCard() {
  const list = useQuery(sessionListOptions());
  const [ending, setEnding] = useState<SessionJson | null>(null);
  const revoke = useRevokeSession();
  const sessions = list.data?.sessions.toSorted(byUse);
  return (
    <Card title="Sessions" description="Where you are signed in. End those you do not know." flush>
      {list.isError && !sessions ? (
        <ErrorState
          title="Your sessions could not be loaded"
          error={list.error}
          onRetry={() => list.refetch()}
          retrying={list.isFetching}
        />
      ) : !sessions ? (
        <Loading />
      ) : (
        <ul aria-label="Sessions">
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} onEnd={() => setEnding(session)} />
          ))}
        </ul>
      )}
      <ConfirmDialog
        open={ending !== null}
        onOpenChange={() => setEnding(null)}
        title="End this session?"
        description={`${ending ? describeUserAgent(ending.user_agent) : ""} is signed out with its next click.`}
        confirmLabel="End session"
        onConfirm={() => revoke.mutateAsync(ending?.id ?? 0)}
      />
    </Card>
  );
}

/** This session first, then by last use. */
const byUse = (a: SessionJson, b: SessionJson) =>
  Number(b.current) - Number(a.current) || b.accessed_at.localeCompare(a.accessed_at);

function SessionRow({ session, onEnd }: { session: SessionJson; onEnd: () => void }) {
  const name = describeUserAgent(session.user_agent);
  return (
    <li className="flex items-center gap-3 border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1">
        <p
          className="flex flex-wrap items-center gap-x-2 font-medium text-sm"
          title={session.user_agent}
        >
          {name}
          {session.current && <Badge tone="pass">This session</Badge>}
        </p>
        <p className="text-muted text-xs">
          {session.ip_address && `${session.ip_address}, `}signed in{" "}
          <RelativeTime value={session.created_at} />, last used{" "}
          <RelativeTime value={session.accessed_at} />
        </p>
      </div>
      {!session.current && (
        <Button size="sm" aria-label={`End session of ${name}`} onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}
