"use client";

import { useQuery } from "@tanstack/react-query";
import { KeyRound, RotateCw } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import {
  secretListOptions,
  useReplaceSecrets,
  useRotateSecret,
} from "#lib/enroll-secrets/client.ts";
import type { SecretJson } from "#lib/enroll-secrets/schema.ts";
import { RotateDialog } from "./rotate-dialog.tsx";
import { SecretRow } from "./secret-row.tsx";

interface SecretsCardProps {
  /** null: the global secrets, which enroll hosts into no team. */
  owner: number | null;
  title?: string;
}

export function SecretsCard({ owner, title = "Enroll secret" }: SecretsCardProps) {
  const list = useQuery(secretListOptions(owner));
  const writable = canWrite(useViewer(), owner);
  const [dialog, setDialog] = useState<"rotate" | "end" | null>(null);
  const ending = list.data?.some((secret) => secret.expires_at) ?? false;
  return (
    <Card
      title={title}
      description="Whoever has it can add hosts. It is encrypted at rest."
      flush
      actions={
        writable &&
        list.data &&
        list.data.length > 0 && (
          <>
            {ending && (
              <Button size="sm" variant="danger-quiet" onClick={() => setDialog("end")}>
                End old now
              </Button>
            )}
            <Button size="sm" onClick={() => setDialog("rotate")}>
              <RotateCw aria-hidden />
              Rotate
            </Button>
          </>
        )
      }
    >
      {list.isError && !list.data ? (
        <ErrorState
          title="The enroll secrets could not be loaded"
          error={list.error}
          onRetry={() => list.refetch()}
          retrying={list.isFetching}
        />
      ) : !list.data ? (
        <div role="status" className="p-4">
          <span className="sr-only">Loading…</span>
          <Skeleton className="w-72 max-w-full" />
        </div>
      ) : list.data.length === 0 ? (
        <NoSecret owner={owner} writable={writable} />
      ) : (
        <ul aria-label="Enroll secrets">
          {list.data.toSorted(lastingFirst).map((secret) => (
            <SecretRow key={secret.secret} secret={secret} />
          ))}
        </ul>
      )}
      <RotateDialog
        owner={owner}
        open={dialog === "rotate"}
        onOpenChange={(open) => setDialog(open ? "rotate" : null)}
      />
      <EndOldDialog
        owner={owner}
        secrets={list.data ?? []}
        open={dialog === "end"}
        onOpenChange={(open) => setDialog(open ? "end" : null)}
      />
    </Card>
  );
}

const lastingFirst = (a: SecretJson, b: SecretJson) =>
  Number(a.expires_at !== null) - Number(b.expires_at !== null) ||
  b.created_at.localeCompare(a.created_at);

interface EndOldDialogProps {
  owner: number | null;
  secrets: SecretJson[];
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

function EndOldDialog({ owner, secrets, open, onOpenChange }: EndOldDialogProps) {
  const replace = useReplaceSecrets();
  const kept = secrets.filter((secret) => !secret.expires_at).map((secret) => secret.secret);
  return (
    <ConfirmDialog
      open={open}
      onOpenChange={onOpenChange}
      title="End the old secrets now?"
      description="Machines that are set up with an old secret and have not enrolled yet will be refused. Enrolled hosts stay connected."
      confirmLabel="End old secrets"
      onConfirm={() => replace.mutateAsync({ owner, secrets: kept })}
    />
  );
}

function NoSecret({ owner, writable }: { owner: number | null; writable: boolean }) {
  const rotate = useRotateSecret();
  return (
    <EmptyState
      icon={<KeyRound />}
      title="There is no enroll secret"
      description="Without one, no new host can join."
      className="py-10"
      actions={
        writable && (
          <Button
            variant="primary"
            loading={rotate.isPending}
            onClick={() => rotate.mutate({ owner, overlapHours: 0 })}
          >
            Make a secret
          </Button>
        )
      }
    />
  );
}
