"use client";

import { ExternalLink } from "lucide-react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { CopyButton } from "#components/ui/copy-button.tsx";
import { Dialog } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { toast } from "#components/ui/toast.tsx";
import { formatDateTime } from "#lib/format.ts";
import { useCreateDeviceLink, useRevokeDeviceLinks } from "#lib/hosts/client.ts";
import type { HostDetailJson } from "#lib/hosts/json.ts";
import { errorMessage } from "#lib/http/api-error.ts";

interface DeviceLinkDialogProps {
  host: HostDetailJson;
  mayRevoke: boolean;
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** For the help desk: a link with which the person at the host sees and mends it, without a login. */
export function DeviceLinkDialog({ host, mayRevoke, open, onOpenChange }: DeviceLinkDialogProps) {
  const create = useCreateDeviceLink();
  const revoke = useRevokeDeviceLinks();
  const link = create.data;
  const error = create.error ?? revoke.error;

  function close(next: boolean) {
    if (!next) {
      create.reset();
      revoke.reset();
    }
    onOpenChange(next);
  }

  async function revokeAll() {
    await revoke.mutateAsync(host.id).then(
      () => {
        create.reset();
        toast.success("Every My device link of this host is revoked");
      },
      () => undefined,
    );
  }

  return (
    <Dialog
      open={open}
      onOpenChange={close}
      title="My device link"
      description={`Opens the page of ${host.display_name} for the person who uses it: what fails, how to fix it, and Check again. No login is needed, so give it to that person only.`}
      footer={
        <>
          {mayRevoke && (
            <Button
              variant="danger-quiet"
              className="sm:mr-auto"
              loading={revoke.isPending}
              onClick={revokeAll}
            >
              Revoke all links
            </Button>
          )}
          <Button onClick={() => close(false)}>Close</Button>
          {!link && (
            <Button
              variant="primary"
              loading={create.isPending}
              onClick={() => create.mutate(host.id)}
            >
              Create link
            </Button>
          )}
        </>
      }
    >
      {error && <Banner tone="fail">{errorMessage(error)}</Banner>}
      {link && (
        <Field label="Link" hint={`Works until ${formatDateTime(link.expires_at)}.`}>
          <div className="flex items-center gap-1">
            <Input
              readOnly
              aria-label="My device link"
              value={link.url}
              onFocus={(event) => event.target.select()}
              className="font-mono text-xs"
            />
            <CopyButton text={link.url} label="Copy link" />
            <Button variant="ghost" asChild>
              <a href={link.url} target="_blank" rel="noreferrer">
                <ExternalLink aria-hidden />
                Open
              </a>
            </Button>
          </div>
        </Field>
      )}
      {!link && !error && (
        <p className="text-muted text-sm">
          Links end by themselves after a set time. Revoking ends all of them at once, also those
          that gateways have handed out.
        </p>
      )}
    </Dialog>
  );
}
