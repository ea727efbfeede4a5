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
  /** Seconds; null is the server's interval. */
  value: number | null;
  onValueChange: (value: number | null) => void;
  error?: string;
}

export function IntervalField({ value, onValueChange, error }: IntervalFieldProps) {
  const server = useQuery(configOptions()).data?.update_interval.osquery_policy;
  const [custom, setCustom] = useState(value !== null && !PRESETS_SECONDS.includes(value));
  const every = server ? ` (${formatDuration(server / NANOSECONDS_PER_SECOND)})` : "";
  const options = [
    { value: DEFAULT, label: `The server’s${every}` },
    ...PRESETS_SECONDS.map((s) => ({ value: String(s), label: `Every ${formatDuration(s)}` })),
    { value: CUSTOM, label: "Another interval…" },
  ];

  function choose(next: string) {
    setCustom(next === CUSTOM);
    if (next !== CUSTOM) onValueChange(next === DEFAULT ? null : Number(next));
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
            defaultValue={value === null ? "" : value / SECONDS_PER_MINUTE}
            onChange={({ target }) =>
              onValueChange(
                target.value === "" ? null : Math.round(target.valueAsNumber * SECONDS_PER_MINUTE),
              )
            }
          />
        </Field>
      )}
    </div>
  );
}
