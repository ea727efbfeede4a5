"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { LabelLinks } from "#components/labels/label-links.tsx";
import { useMayEdit } from "#components/layout/gitops.tsx";
import { Card } from "#components/ui/card.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { toast } from "#components/ui/toast.tsx";
import { useSetHostLabels } from "#lib/hosts/client.ts";
import type { HostDetailJson } from "#lib/hosts/json.ts";
import { labelSummaryOptions } from "#lib/labels/client.ts";

/** Which labels the host is a member of, and which it has not answered yet. */
export function HostLabels({ host }: { host: HostDetailJson }) {
  const { labels, unknown_labels: unknown } = host;
  const mayEdit = useMayEdit(host.team_id);
  const setLabels = useSetHostLabels();
  const set = (name: string, change: "add" | "remove") =>
    setLabels.mutate(
      { id: host.id, labels: [name], change },
      { onError: (error) => toast.error(error, `The host was not ${DONE[change]} “${name}”`) },
    );
  return (
    <Card
      title="Labels"
      actions={
        mayEdit && (
          <AddLabel
            taken={labels.map(({ id }) => id)}
            disabled={setLabels.isPending}
            onAdd={(name) => set(name, "add")}
          />
        )
      }
    >
      {labels.length === 0 && <p className="text-muted text-sm">A member of no label.</p>}
      <LabelLinks
        label="Member of"
        labels={labels}
        tone="accent"
        actionOf={({ name, label_membership_type: kind }) =>
          mayEdit &&
          kind === "manual" && (
            <IconButton
              label={`Take the host off ${name}`}
              size="sm"
              disabled={setLabels.isPending}
              onClick={() => set(name, "remove")}
            >
              <X aria-hidden className="size-3.5" />
            </IconButton>
          )
        }
      />
      {unknown.length > 0 && (
        <div className="mt-3 space-y-1.5">
          <p className="text-muted text-xs">
            Not known yet. Policies that go by these labels wait for the host’s answer.
          </p>
          <LabelLinks label="Not known yet" labels={unknown} tone="pending" />
        </div>
      )}
    </Card>
  );
}

const DONE = { add: "put on", remove: "taken off" };

interface AddLabelProps {
  /** Those that the host is a member of. */
  taken: readonly number[];
  disabled: boolean;
  onAdd: (name: string) => void;
}

/** Puts the host on a manual label's list: members of the others come by themselves. */
function AddLabel({ taken, disabled, onAdd }: AddLabelProps) {
  const { data } = useQuery(labelSummaryOptions());
  const manual = (data?.labels ?? []).filter(
    ({ id, label_membership_type: kind }) => kind === "manual" && !taken.includes(id),
  );
  if (manual.length === 0) return null;
  return (
    <Combobox
      aria-label="Add to a label"
      placeholder="Add to a label…"
      searchPlaceholder="Find a manual label…"
      emptyText="No manual label of that name."
      options={manual.map(({ name }) => ({ value: name, label: name }))}
      value={null}
      disabled={disabled}
      onValueChange={(name) => name && onAdd(name)}
      className="w-48"
    />
  );
}
