"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { ConfirmDialog } from "#components/ui/confirm-dialog.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { useRenewSecret, type WebhookOwner } from "#lib/webhooks/client.ts";

/** What a receiver checks signatures with, told when it is made and never again. */
export function SecretSection({ owner }: { owner: WebhookOwner }) {
  const [asking, setAsking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const renew = useRenewSecret(owner);
  return (
    <div className="space-y-3">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 flex-1 basis-52 text-pretty text-muted text-xs">
          Every delivery is signed (Standard Webhooks), so that its receiver can tell it from
          anybody else’s.
        </p>
        <Button size="sm" onClick={() => setAsking(true)}>
          <KeyRound aria-hidden />
          New signing secret…
        </Button>
      </div>
      {secret && (
        <>
          <Banner tone="warning">Copy the secret now: it is not shown again.</Banner>
          <div className="flex items-end gap-1">
            <Field label="Signing secret" className="flex-1">
              <Input readOnly value={secret} className="font-mono" />
            </Field>
            <CopyButton text={secret} label="Copy signing secret" />
          </div>
        </>
      )}
      <ConfirmDialog
        open={asking}
        onOpenChange={setAsking}
        title="Make a new signing secret?"
        description="What is sent from now on is signed with it, and the old one ends at once: a receiver that checks signatures refuses deliveries until it has the new one."
        confirmLabel="Make new secret"
        danger={false}
        onConfirm={async () => setSecret((await renew.mutateAsync(undefined)).secret)}
      />
    </div>
  );
}
