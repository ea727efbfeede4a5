"use client";

import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import type { ExemptionJson } from "#lib/exemptions/schema.ts";
import {
  ENDS,
  type EndValues,
  firstDay,
  lastDay,
  ON_A_DATE,
  reminderChoice,
  remindersFor,
} from "./ends.ts";

interface EndFieldsProps {
  values: EndValues;
  /** What is changed; absent of a new one. */
  before?: ExemptionJson;
  error?: string;
  onChange: (name: keyof EndValues, value: string) => void;
}

/** When an exemption ends, and when its keepers hear of it. */
export function EndFields({ values, before, error, onChange }: EndFieldsProps) {
  return (
    <div className="grid gap-4 sm:grid-cols-2">
      <Field label="Ends">
        <Select
          options={ENDS}
          value={values.ends}
          onValueChange={(next) => onChange("ends", next)}
        />
      </Field>
      {values.ends === ON_A_DATE && (
        <Field label="Last day" error={error}>
          <Input
            type="date"
            min={firstDay()}
            max={lastDay()}
            value={values.day}
            onChange={(event) => onChange("day", event.target.value)}
          />
        </Field>
      )}
      <Field
        label="Remind"
        hint="In the activity feed, which people with a global role read, and to the activities webhook. People of teams see in the navigation how many end within a week."
      >
        <Select
          options={remindersFor(values, before)}
          value={reminderChoice(values, before)}
          onValueChange={(next) => onChange("remind", next)}
        />
      </Field>
    </div>
  );
}
