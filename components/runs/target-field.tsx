"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { Viewer } from "#components/layout/viewer.ts";
import { Combobox } from "#components/ui/combobox.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Select } from "#components/ui/select.tsx";
import { hostSearchOptions, labelNameOptions } from "#lib/runs/client.ts";
import { type Chosen, ChosenList } from "./chosen-list.tsx";
import { SAMPLE_SIZES, type TargetChoice, type TargetMode } from "./target-choice.ts";

const MODES: { value: TargetMode; label: string }[] = [
  { value: "sample", label: "A sample" },
  { value: "groups", label: "Labels and teams" },
  { value: "hosts", label: "Hosts" },
];

const SIZES = SAMPLE_SIZES.map((size) => ({
  value: String(size),
  label: `${size} per platform`,
}));

interface TargetFieldProps {
  viewer: Viewer;
  choice: TargetChoice;
  onChange: (choice: TargetChoice) => void;
}

/** Which hosts are asked. */
export function TargetField({ viewer, choice, onChange }: TargetFieldProps) {
  const set = (change: Partial<TargetChoice>) => onChange({ ...choice, ...change });
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <Segmented
        label="Hosts to ask"
        options={MODES}
        value={choice.mode}
        onValueChange={(mode) => set({ mode })}
      />
      {choice.mode === "sample" && (
        <Select
          aria-label="Size of the sample"
          options={SIZES}
          value={String(choice.samplePerPlatform)}
          onValueChange={(size) => set({ samplePerPlatform: Number(size) })}
          className="w-44"
        />
      )}
      {choice.mode === "groups" && (
        <>
          <LabelPicker chosen={choice.labels} onChange={(labels) => set({ labels })} />
          <TeamPicker viewer={viewer} chosen={choice.teams} onChange={(teams) => set({ teams })} />
        </>
      )}
      {choice.mode === "hosts" && (
        <HostPicker chosen={choice.hosts} onChange={(hosts) => set({ hosts })} />
      )}
    </div>
  );
}

interface PickerProps {
  chosen: readonly Chosen[];
  onChange: (chosen: Chosen[]) => void;
}

interface AddPickerProps extends PickerProps {
  label: string;
  noun: string;
  offered: readonly Chosen[];
  onSearch?: (text: string) => void;
}

/** A list to add from, and what was added. */
function AddPicker({ label, noun, offered, chosen, onChange, onSearch }: AddPickerProps) {
  const left = offered.filter(({ id }) => !chosen.some((one) => one.id === id));
  function add(value: string | null) {
    const found = left.find(({ id }) => String(id) === value);
    if (found) onChange([...chosen, found]);
  }
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2">
      <Combobox
        aria-label={`Add a ${noun}`}
        placeholder={`Add a ${noun}…`}
        searchPlaceholder={`Find a ${noun}…`}
        emptyText={`No ${noun} of that name.`}
        options={left.map(({ id, name }) => ({ value: String(id), label: name }))}
        value={null}
        onValueChange={add}
        onSearch={onSearch}
        className="w-44"
      />
      <ChosenList
        label={label}
        chosen={chosen}
        onRemove={(gone) => onChange(chosen.filter(({ id }) => id !== gone))}
      />
    </div>
  );
}

function LabelPicker(props: PickerProps) {
  const { data } = useQuery(labelNameOptions);
  const offered = (data?.labels ?? []).map(({ id, name }) => ({ id, name }));
  return <AddPicker {...props} label="Labels" noun="label" offered={offered} />;
}

const NO_TEAM: Chosen = { id: 0, name: "No team" };

function TeamPicker({ viewer, ...props }: PickerProps & { viewer: Viewer }) {
  const teams = viewer.available_teams.filter(({ id }) => id > 0);
  const offered = viewer.user.global_role ? [...teams, NO_TEAM] : teams;
  return <AddPicker {...props} label="Teams" noun="team" offered={offered} />;
}

function HostPicker(props: PickerProps) {
  const [text, setText] = useState("");
  const { data } = useQuery(hostSearchOptions(text));
  const offered = (data?.hosts ?? []).map(({ id, display_name: name }) => ({ id, name }));
  return <AddPicker {...props} label="Hosts" noun="host" offered={offered} onSearch={setText} />;
}
