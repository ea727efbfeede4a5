"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Popover, PopoverContent, PopoverTrigger } from "#components/ui/popover.tsx";
import { formatDateTime } from "#lib/format.ts";
import { historyLimitsOptions } from "#lib/history/client.ts";
import { localText, presets } from "./presets.ts";
import { useAsOf } from "./use-as-of.ts";

/** Takes the page to a past moment. */
export function AsOfControl() {
  const [open, setOpen] = useState(false);
  return (
    <Popover open={open} onOpenChange={setOpen}>
      <PopoverTrigger asChild>
        <Button title="See this page as it was at a past moment">
          <History aria-hidden className="text-muted" />
          As of…
        </Button>
      </PopoverTrigger>
      <PopoverContent align="end" className="w-72" aria-label="See this page as it was">
        <AsOfForm onDone={() => setOpen(false)} />
      </PopoverContent>
    </Popover>
  );
}

function AsOfForm({ onDone }: { onDone: () => void }) {
  const [asOf, look] = useAsOf();
  const [text, setText] = useState(() => localText(asOf ? new Date(asOf) : new Date()));
  const [error, setError] = useState<string>();
  const limits = useQuery(historyLimitsOptions());
  const oldest = limits.data?.oldest_at;
  const isTooOld = (at: Date) => Boolean(oldest) && at < new Date(oldest ?? 0);
  function choose(at: Date): void {
    look(at);
    onDone();
  }
  function submit(event: FormEvent): void {
    event.preventDefault();
    const at = new Date(text);
    if (Number.isNaN(at.getTime())) setError("Enter a day and a time.");
    else if (at.getTime() > Date.now()) setError("Choose a moment in the past.");
    else if (isTooOld(at)) setError("Nothing is known of that moment.");
    else choose(at);
  }
  return (
    <form onSubmit={submit} className="flex flex-col gap-3">
      <ul className="grid grid-cols-2 gap-1.5">
        {presets(new Date()).map(({ label, at }) => (
          <li key={label}>
            <Button
              className="w-full"
              // From the start: one that is switched off later takes the focus with it.
              disabled={limits.isPending || isTooOld(at)}
              onClick={() => choose(at)}
            >
              {label}
            </Button>
          </li>
        ))}
      </ul>
      <Field
        label="Day and time"
        error={error}
        hint={`In your own time zone.${oldest ? ` History reaches back to ${formatDateTime(oldest)}.` : ""}`}
      >
        <Input
          type="datetime-local"
          step={1}
          value={text}
          max={localText(new Date())}
          onChange={(event) => setText(event.target.value)}
        />
      </Field>
      <Button type="submit" variant="primary">
        Look back
      </Button>
    </form>
  );
}
