"use client";

import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useState } from "react";
import { badgeClass } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { cn } from "#components/ui/cn.ts";
import { Combobox } from "#components/ui/combobox.tsx";
import { Field, FieldError } from "#components/ui/field.tsx";
import { labelSummaryOptions } from "#lib/labels/client.ts";
import type { LabelSummaryJson } from "#lib/labels/schema.ts";
import {
  isIncluding,
  LABEL_KEYS,
  type LabelKey,
  type LabelLists,
} from "#lib/policies/label-fields.ts";
import { labelSentence } from "./label-sentence.ts";

const TITLES: Record<LabelKey, string> = {
  labels_include_any: "In any of",
  labels_include_all: "In all of",
  labels_exclude_any: "In none of",
  labels_exclude_all: "Not in all of",
};
/** The two that most policies need; the others come when asked for. */
const USUAL: readonly LabelKey[] = ["labels_include_any", "labels_exclude_any"];

interface LabelScopeFieldProps {
  value: LabelLists;
  onValueChange: (value: LabelLists) => void;
  error?: string;
}

/** Four lists of labels that all have to hold, and what they come to in a sentence. */
export function LabelScopeField({ value, onValueChange, error }: LabelScopeFieldProps) {
  const [all, setAll] = useState(false);
  const { data } = useQuery(labelSummaryOptions());
  const labels = data?.labels ?? [];
  const isShown = (key: LabelKey) => all || USUAL.includes(key) || Boolean(value[key]?.length);
  const shown = LABEL_KEYS.filter(isShown);
  const isEmpty = LABEL_KEYS.every((key) => !value[key]?.length);
  return (
    <fieldset className="space-y-3">
      <legend className="mb-1 font-medium text-ink text-sm">Labels</legend>
      <p className="text-pretty text-muted text-xs">
        {labelSentence(value)}
        {!isEmpty && " Where that is not known yet, a host is pending."}
      </p>
      {shown.map((key) => (
        <LabelList
          key={key}
          title={TITLES[key]}
          names={value[key] ?? []}
          labels={offered(labels, value, key)}
          onChange={(names) => onValueChange({ ...value, [key]: names })}
        />
      ))}
      {error && <FieldError>{error}</FieldError>}
      {shown.length < LABEL_KEYS.length && (
        <Button size="sm" variant="ghost" onClick={() => setAll(true)}>
          More rules
        </Button>
      )}
    </fieldset>
  );
}

/** Without those that a list of the opposite kind has: nobody can mean both. */
function offered(labels: readonly LabelSummaryJson[], value: LabelLists, key: LabelKey) {
  const taken = LABEL_KEYS.filter(
    (other) => other === key || isIncluding(other) !== isIncluding(key),
  ).flatMap((other) => value[other] ?? []);
  return labels.filter(({ name }) => !taken.includes(name));
}

interface LabelListProps {
  title: string;
  names: readonly string[];
  labels: readonly LabelSummaryJson[];
  onChange: (names: string[]) => void;
}

function LabelList({ title, names, labels, onChange }: LabelListProps) {
  return (
    <div className="space-y-1.5">
      <Field label={title}>
        <Combobox
          options={labels.map(({ name }) => ({ value: name, label: name }))}
          value={null}
          onValueChange={(name) => name && onChange([...names, name])}
          placeholder="Add a label…"
          searchPlaceholder="Find a label…"
          emptyText="No label to add of that name."
        />
      </Field>
      {names.length > 0 && (
        <ul aria-label={`${title}, chosen`} className="flex flex-wrap gap-1">
          {names.map((name) => (
            <li key={name} className={cn(badgeClass("neutral"), "max-w-full pr-0.5")}>
              <span title={name} className="truncate">
                {name}
              </span>
              <button
                type="button"
                aria-label={`Remove ${name} from: ${title}`}
                onClick={() => onChange(names.filter((one) => one !== name))}
                className="grid size-4 place-items-center rounded-xs hover:bg-hover pointer-coarse:size-6"
              >
                <X aria-hidden />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
