"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Combobox } from "#components/ui/combobox.tsx";
import { labelsThenOptions, labelThenOptions, policiesThenOptions } from "#lib/history/client.ts";

/** Offered at a time; the others are found by typing. */
const OFFERED = 50;

interface Named {
  id: number;
  name: string;
}

/** What was there then, and the chosen one wherever it comes in the list. */
function optionsOf(found: readonly Named[] | undefined, chosen: Named | undefined) {
  const list = found ?? [];
  const all = chosen && !list.some(({ id }) => id === chosen.id) ? [chosen, ...list] : list;
  return all.map(({ id, name }) => ({ value: String(id), label: name }));
}

const idOf = (value: string | null) => (value === null ? null : Number(value));

interface LabelPickerThenProps {
  asOf: string;
  value: number | null;
  /** Labels were not kept yet. */
  disabled: boolean;
  onValueChange: (id: number | null) => void;
}

/** One label of then, by the name it had; deleted ones too. */
export function LabelPickerThen({ asOf, value, disabled, onValueChange }: LabelPickerThenProps) {
  const [query, setQuery] = useState("");
  const list = labelsThenOptions(asOf, { page: 0, per_page: OFFERED, query });
  const { data } = useQuery({ ...list, enabled: !disabled });
  const listed = data?.labels.some(({ id }) => id === value);
  const isSought = !disabled && value !== null && data !== undefined && !listed;
  const one = useQuery({ ...labelThenOptions(asOf, value ?? 0), enabled: isSought });
  const gone = { id: value ?? 0, name: `Label ${value}, not there then` };
  const chosen = isSought ? (one.data?.label ?? (one.isError ? gone : undefined)) : undefined;
  return (
    <Combobox
      aria-label="Label then"
      placeholder={disabled ? "Labels not kept" : "Any label"}
      searchPlaceholder="Find a label of then…"
      emptyText="No label of that name then."
      clearable
      disabled={disabled}
      options={optionsOf(data?.labels, chosen)}
      value={value === null ? null : String(value)}
      onSearch={setQuery}
      onValueChange={(next) => onValueChange(idOf(next))}
      className="w-full min-w-36 flex-1 sm:max-w-48"
    />
  );
}

interface PolicyPickerThenProps {
  asOf: string;
  teamId: number | null;
  /** The chosen one, with its name as far as that is known. */
  value: Named | null;
  onValueChange: (id: number | null) => void;
}

/** One policy of then, by the name it had; deleted ones too. */
export function PolicyPickerThen({ asOf, teamId, value, onValueChange }: PolicyPickerThenProps) {
  const [query, setQuery] = useState("");
  const { data } = useQuery(
    policiesThenOptions(asOf, teamId, { page: 0, per_page: OFFERED, query }),
  );
  return (
    <Combobox
      aria-label="Policy then"
      placeholder="Any policy"
      searchPlaceholder="Find a policy of then…"
      emptyText="No policy of that name then."
      clearable
      options={optionsOf(data?.policies, value ?? undefined)}
      value={value && String(value.id)}
      onSearch={setQuery}
      onValueChange={(next) => onValueChange(idOf(next))}
      className="w-full min-w-40 flex-1 sm:max-w-60"
    />
  );
}
