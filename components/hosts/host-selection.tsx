"use client";

import { FolderInput, Trash2 } from "lucide-react";
import { useState } from "react";
import { SelectionBar } from "#components/layout/selection-bar.tsx";
import { AskHosts } from "#components/policies/ask-hosts.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatNumber, plural } from "#lib/format.ts";
import type { HostFilters } from "#lib/hosts/schema.ts";
import { DeleteHostsDialog } from "./delete-hosts-dialog.tsx";
import { TransferDialog } from "./transfer-dialog.tsx";

/** As many as the API refetches at a time. */
const ASKED_MAX = 1_000;

interface HostSelectionProps {
  selected: readonly string[];
  /** All hosts that match instead, also those of other pages. */
  everything: boolean;
  filters: HostFilters;
  total: number | undefined;
  /** Undefined where not every match may be changed. */
  onSelectEverything?: () => void;
  onClear: () => void;
}

export function HostSelection(props: HostSelectionProps) {
  const { selected, everything, filters, total = 0, onSelectEverything, onClear } = props;
  const [open, setOpen] = useState<"transfer" | "delete" | null>(null);
  const count = everything ? total : selected.length;
  const choice = everything ? { filters } : { ids: selected.map(Number) };
  const dialog = {
    choice,
    what: plural(count, "host"),
    onOpenChange: (next: boolean) => !next && setOpen(null),
    onDone: onClear,
  };
  return (
    <>
      <SelectionBar count={count} noun={count === 1 ? "host" : "hosts"} onClear={onClear}>
        {!everything && onSelectEverything && total > selected.length && (
          <Button size="sm" variant="ghost" onClick={onSelectEverything}>
            Select all {formatNumber(total)}
          </Button>
        )}
        {filters.policy_id && !everything && selected.length <= ASKED_MAX && (
          <AskHosts
            policyId={filters.policy_id}
            hostIds={selected.map(Number)}
            label="Ask now"
            size="sm"
            onDone={onClear}
          />
        )}
        <Button size="sm" onClick={() => setOpen("transfer")}>
          <FolderInput aria-hidden />
          Transfer
        </Button>
        <Button size="sm" variant="danger-quiet" onClick={() => setOpen("delete")}>
          <Trash2 aria-hidden />
          Delete
        </Button>
      </SelectionBar>
      <TransferDialog {...dialog} open={open === "transfer"} />
      <DeleteHostsDialog {...dialog} open={open === "delete"} count={count} />
    </>
  );
}
