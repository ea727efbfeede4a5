"use client";

import { FileInput } from "lucide-react";
import { useState } from "react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Dialog, DialogFooter } from "#components/ui/dialog.tsx";
import { toast } from "#components/ui/toast.tsx";
import { plural } from "#lib/format.ts";
import { useImport } from "#lib/gitops/client.ts";
import type { ImportItem } from "#lib/gitops/import-schema.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { ImportReport } from "./import-report.tsx";
import { ImportSource, type Source } from "./import-source.tsx";

const EMPTY: Source = { format: "pack", content: "", rows_mean: "pass" };

const takenOf = (items: readonly ImportItem[]) =>
  items.filter(({ outcome }) => outcome !== "not_taken").length;

/** Chosen or pasted, looked at, and only then imported. */
export function ImportPolicies({ teamId, into }: { teamId: number | null; into: string }) {
  const [open, setOpen] = useState(false);
  const [source, setSource] = useState(EMPTY);
  const [items, setItems] = useState<ImportItem[] | null>(null);
  const { mutate, isPending, error, reset } = useImport();

  function change(next: boolean) {
    if (isPending) return;
    setOpen(next);
    setItems(null);
    setSource(EMPTY);
    reset();
  }

  const send = (dry_run: boolean) =>
    mutate(
      { ...source, team_id: teamId, dry_run },
      {
        onSuccess: (reply) => {
          if (dry_run) return setItems(reply.items);
          change(false);
          toast.success(`${plural(takenOf(reply.items), "item")} imported`);
        },
      },
    );

  return (
    <>
      <Button onClick={() => setOpen(true)}>
        <FileInput aria-hidden />
        Import
      </Button>
      <Dialog
        open={open}
        onOpenChange={change}
        size="lg"
        title="Import policies"
        description={`Into the policies of ${into}. What is there already stays as it is.`}
      >
        {error && (
          <Banner tone="fail" className="mb-4">
            {errorMessage(error)}
          </Banner>
        )}
        {items === null ? (
          <ImportSource
            source={source}
            onChange={(more) => setSource({ ...source, ...more })}
            busy={isPending}
            onPreview={() => send(true)}
            onCancel={() => change(false)}
          />
        ) : (
          <>
            <ImportReport items={items} />
            <DialogFooter>
              <Button disabled={isPending} onClick={() => setItems(null)}>
                Back
              </Button>
              <Button
                variant="primary"
                loading={isPending}
                disabled={takenOf(items) === 0}
                onClick={() => send(false)}
              >
                Import {plural(takenOf(items), "item")}
              </Button>
            </DialogFooter>
          </>
        )}
      </Dialog>
    </>
  );
}
