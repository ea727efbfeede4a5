"use client";

import { FolderInput, Pause, Play, Tags, Trash2 } from "lucide-react";
import { useState } from "react";
import { SelectionBar } from "#components/layout/selection-bar.tsx";
import { Button } from "#components/ui/button.tsx";
import { formatNumber, plural } from "#lib/format.ts";
import type { PolicyChoice, PolicyListFilter } from "#lib/policies/client.ts";
import { DeletePoliciesDialog } from "./delete-policies-dialog.tsx";
import { MovePoliciesDialog } from "./move-policies-dialog.tsx";
import { PausePoliciesDialog } from "./pause-policies-dialog.tsx";
import { TagPoliciesDialog } from "./tag-policies-dialog.tsx";

const ACTIONS = [
  { name: "tag", label: "Tag", icon: Tags },
  { name: "move", label: "Move", icon: FolderInput },
  { name: "pause", label: "Pause", icon: Pause },
  { name: "resume", label: "Resume", icon: Play },
] as const;
type Action = (typeof ACTIONS)[number]["name"] | "delete";

interface PolicySelectionProps {
  selected: readonly string[];
  /** All policies of the list that are its own instead, also those of other pages. */
  everything: boolean;
  filter: PolicyListFilter;
  /** How many of the list's policies may be chosen. */
  total: number | undefined;
  onSelectEverything: () => void;
  onClear: () => void;
}

export function choiceOf(
  { selected, everything }: Pick<PolicySelectionProps, "selected" | "everything">,
  { teamId, query = "", tag = "", framework = "" }: PolicyListFilter,
): PolicyChoice {
  if (!everything) return { ids: selected.map(Number) };
  return { filter: { team_id: teamId, query, tags: tag ? tag.split(",") : [], framework } };
}

export function PolicySelection(props: PolicySelectionProps) {
  const { selected, everything, filter, total = 0, onSelectEverything, onClear } = props;
  const [open, setOpen] = useState<Action | null>(null);
  const count = everything ? total : selected.length;
  const dialog = (name: Action) => ({
    open: open === name,
    onOpenChange: (next: boolean) => !next && setOpen(null),
    choice: choiceOf(props, filter),
    count,
    what: plural(count, "policy", "policies"),
    onDone: onClear,
  });
  return (
    <>
      <SelectionBar count={count} noun={count === 1 ? "policy" : "policies"} onClear={onClear}>
        {!everything && total > selected.length && (
          <Button size="sm" variant="ghost" onClick={onSelectEverything}>
            Select all {formatNumber(total)}
          </Button>
        )}
        {ACTIONS.map(({ name, label, icon: Icon }) => (
          <Button key={name} size="sm" onClick={() => setOpen(name)}>
            <Icon aria-hidden />
            {label}
          </Button>
        ))}
        <Button size="sm" variant="danger-quiet" onClick={() => setOpen("delete")}>
          <Trash2 aria-hidden />
          Delete
        </Button>
      </SelectionBar>
      <TagPoliciesDialog {...dialog("tag")} teamId={filter.teamId} />
      <MovePoliciesDialog {...dialog("move")} teamId={filter.teamId} />
      <PausePoliciesDialog {...dialog("pause")} action="pause" />
      <PausePoliciesDialog {...dialog("resume")} action="resume" />
      <DeletePoliciesDialog {...dialog("delete")} />
    </>
  );
}
