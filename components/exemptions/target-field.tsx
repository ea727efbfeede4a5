"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useViewer } from "#components/layout/viewer.ts";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field } from "#components/ui/field.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import type { ExemptionJson } from "#lib/exemptions/schema.ts";
import { hostListOptions } from "#lib/hosts/client.ts";
import { labelListOptions } from "#lib/labels/client.ts";

export type TargetType = ExemptionJson["target"]["type"];

export interface ChosenTarget {
  type: TargetType;
  id: number | null;
}

interface TargetFieldProps {
  /** Of the policy. null: any team's hosts; 0: hosts in no team. */
  teamId: number | null;
  value: ChosenTarget;
  onChange: (next: ChosenTarget) => void;
  error?: string;
}

const TYPES = [
  { value: "host", label: "One host" },
  { value: "label", label: "A label" },
  { value: "team", label: "A team" },
] as const;
const FOUND_MAX = 20;

/** Who is let off. A team's own policy has no other team to let off, so it offers none. */
export function TargetField({ teamId, value, onChange, error }: TargetFieldProps) {
  const types = teamId === null ? TYPES : TYPES.filter(({ value: type }) => type !== "team");
  return (
    <div className="space-y-2">
      <Segmented
        label="Who is exempt"
        options={types}
        value={value.type}
        onValueChange={(type) => onChange({ type, id: null })}
      />
      {value.type === "host" && (
        <HostChoice teamId={teamId} value={value} onChange={onChange} error={error} />
      )}
      {value.type === "label" && <LabelChoice value={value} onChange={onChange} error={error} />}
      {value.type === "team" && <TeamChoice value={value} onChange={onChange} error={error} />}
    </div>
  );
}

type ChoiceProps = Omit<TargetFieldProps, "teamId">;

const chosen = (type: TargetType, id: string | null): ChosenTarget => ({
  type,
  id: id === null ? null : Number(id),
});

function HostChoice({ teamId, value, onChange, error }: TargetFieldProps) {
  const [query, setQuery] = useState("");
  const filters = { query, ...(teamId === null ? {} : { team_id: teamId }) };
  const page = { page: 0, per_page: FOUND_MAX, order_key: "display_name" } as const;
  const { data } = useQuery({
    ...hostListOptions(filters, { ...page, order_direction: "asc" }),
    placeholderData: keepPreviousData,
    refetchInterval: false,
  });
  const options = (data?.hosts ?? []).map((host) => ({
    value: String(host.id),
    label: host.display_name,
    hint: host.hardware_serial,
  }));
  return (
    <Field label="Host" error={error}>
      <Combobox
        options={options}
        value={value.id === null ? null : String(value.id)}
        onValueChange={(id) => onChange(chosen("host", id))}
        onSearch={setQuery}
        placeholder="Choose a host…"
        searchPlaceholder="Name, serial number, address…"
        emptyText="No host of that name."
      />
    </Field>
  );
}

function LabelChoice({ value, onChange, error }: ChoiceProps) {
  const { data } = useQuery(labelListOptions());
  const options = (data?.labels ?? []).map((label) => ({
    value: String(label.id),
    label: label.name,
  }));
  return (
    <Field label="Label" hint="Whoever becomes a member is exempt from then on." error={error}>
      <Combobox
        options={options}
        value={value.id === null ? null : String(value.id)}
        onValueChange={(id) => onChange(chosen("label", id))}
        placeholder="Choose a label…"
        searchPlaceholder="Find a label…"
        emptyText="No label of that name."
      />
    </Field>
  );
}

function TeamChoice({ value, onChange, error }: ChoiceProps) {
  const viewer = useViewer();
  const teams = [{ id: 0, name: "No team" }, ...(viewer?.available_teams ?? [])];
  const options = teams.map((team) => ({ value: String(team.id), label: team.name }));
  return (
    <Field label="Team" error={error}>
      <Combobox
        options={options}
        value={value.id === null ? null : String(value.id)}
        onValueChange={(id) => onChange(chosen("team", id))}
        placeholder="Choose a team…"
        searchPlaceholder="Find a team…"
        emptyText="No team of that name."
      />
    </Field>
  );
}
