"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Select } from "#components/ui/select.tsx";
import { formatDuration } from "#lib/format.ts";
import { configOptions } from "#lib/settings/client.ts";

const DEFAULT = "default";
const CUSTOM = "custom";
const PRESETS_SECONDS = [60, 300, 900, 3_600, 6 * 3_600, 86_400, 7 * 86_400];
const NANOSECONDS_PER_SECOND = 1_000_000_000;
const SECONDS_PER_MINUTE = 60;

interface IntervalFieldProps {
  /** Seconds; null is the server's interval, and NaN minutes that are yet to be typed. */
  value: number | null;
  onValueChange: (value: number | null) => void;
  error?: string;
}

const minutesOf = (seconds: number | null): string =>
  seconds === null || Number.isNaN(seconds) ? "" : String(seconds / SECONDS_PER_MINUTE);

export function IntervalField({ value, onValueChange, error }: IntervalFieldProps) {
  const server = useQuery(configOptions()).data?.update_interval.osquery_policy;
  const [typed, setTyped] = useState<{ minutes: string; value: number | null }>();
  // Once the value comes from elsewhere, what was typed is no more.
  const own = typed && Object.is(typed.value, value) ? typed : undefined;
  const custom = own !== undefined || (value !== null && !PRESETS_SECONDS.includes(value));
  const every = server ? ` (${formatDuration(server / NANOSECONDS_PER_SECOND)})` : "";
  const options = [
    { value: DEFAULT, label: `The server’s${every}` },
    ...PRESETS_SECONDS.map((s) => ({ value: String(s), label: `Every ${formatDuration(s)}` })),
    { value: CUSTOM, label: "Another interval…" },
  ];

  function type(minutes: string, seconds: number) {
    setTyped({ minutes, value: seconds });
    onValueChange(seconds);
  }

  function choose(next: string) {
    if (next === CUSTOM) return type(minutesOf(value), value ?? Number.NaN);
    setTyped(undefined);
    onValueChange(next === DEFAULT ? null : Number(next));
  }

  return (
    <div className="space-y-2.5">
      <Field
        label="Interval"
        hint="How often each host runs it."
        error={custom ? undefined : error}
      >
        <Select
          options={options}
          value={custom ? CUSTOM : value === null ? DEFAULT : String(value)}
          onValueChange={choose}
        />
      </Field>
      {custom && (
        <Field label="Minutes" hint="From 1 minute to 7 days (10,080)." error={error}>
          <Input
            type="number"
            min={1}
            max={10_080}
            inputMode="numeric"
            value={own?.minutes ?? minutesOf(value)}
            onChange={({ target }) =>
              type(target.value, Math.round(target.valueAsNumber * SECONDS_PER_MINUTE))
            }
          />
        </Field>
      )}
    </div>
  );
}
