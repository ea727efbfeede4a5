"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { plural } from "#lib/format.ts";
import { hostListOptions } from "#lib/hosts/client.ts";
import { PasteHosts } from "./paste-hosts.tsx";

const FOUND_MAX = 20;
/** Longer lists are looked at on the hosts page. */
const SHOWN_MAX = 100;

interface LabelHostsFieldProps {
  labelId?: number;
  value: readonly number[];
  onValueChange: (ids: number[]) => void;
}

const page = (per_page: number) =>
  ({ page: 0, per_page, order_key: "display_name", order_direction: "asc" }) as const;

/** The hosts of a manual label: found one by one, or pasted as a list. */
export function LabelHostsField({ labelId, value, onValueChange }: LabelHostsFieldProps) {
  const [search, setSearch] = useState("");
  const [added, setAdded] = useState<ReadonlyMap<number, string>>(new Map());
  const members = useQuery({
    ...hostListOptions({ label_id: labelId }, page(SHOWN_MAX)),
    enabled: labelId !== undefined,
    refetchInterval: false,
  });
  const found = useQuery({
    ...hostListOptions({ query: search }, page(FOUND_MAX)),
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  const names = new Map([
    ...(members.data?.hosts ?? []).map(({ id, display_name }) => [id, display_name] as const),
    ...added,
  ]);

  function add(hosts: readonly { id: number; display_name: string }[]) {
    setAdded(new Map([...added, ...hosts.map((host) => [host.id, host.display_name] as const)]));
    onValueChange([...new Set([...value, ...hosts.map(({ id }) => id)])].sort((a, b) => a - b));
  }

  const offered = (found.data?.hosts ?? []).filter(({ id }) => !value.includes(id));
  return (
    <div className="space-y-4">
      <Field label="Add a host">
        <Combobox
          options={offered.map((host) => ({
            value: String(host.id),
            label: host.display_name,
            hint: host.hardware_serial,
          }))}
          value={null}
          onValueChange={(id) => add(offered.filter((host) => String(host.id) === id))}
          onSearch={setSearch}
          placeholder="Choose a host…"
          searchPlaceholder="Name, serial, UUID or IP"
          emptyText="No host to add of that name."
        />
      </Field>
      <PasteHosts onFound={add} />
      <ChosenHosts
        value={value}
        names={names}
        onRemove={(id) => onValueChange(value.filter((one) => one !== id))}
        onClear={() => onValueChange([])}
      />
    </div>
  );
}

interface ChosenHostsProps {
  value: readonly number[];
  names: ReadonlyMap<number, string>;
  onRemove: (id: number) => void;
  onClear: () => void;
}

function ChosenHosts({ value, names, onRemove, onClear }: ChosenHostsProps) {
  const shown = value.filter((id) => names.has(id)).slice(0, SHOWN_MAX);
  const rest = value.length - shown.length;
  return (
    <div className="space-y-2">
      <div className="flex items-center justify-between gap-3">
        <p className="font-medium text-ink text-sm">{plural(value.length, "host")}</p>
        {value.length > 0 && (
          <Button size="sm" variant="ghost" onClick={onClear}>
            Remove all
          </Button>
        )}
      </div>
      {shown.length > 0 && (
        <ul
          aria-label="Hosts of the label"
          className="max-h-72 divide-y divide-line overflow-y-auto rounded-md border border-line"
        >
          {shown.map((id) => (
            <li key={id} className="flex items-center justify-between gap-3 py-1 pr-1 pl-3 text-sm">
              <span title={names.get(id)} className="min-w-0 truncate">
                {names.get(id)}
              </span>
              <IconButton label={`Remove ${names.get(id)}`} size="sm" onClick={() => onRemove(id)}>
                <X aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {rest > 0 && <p className="text-muted text-xs">And {plural(rest, "host")} more.</p>}
    </div>
  );
}
