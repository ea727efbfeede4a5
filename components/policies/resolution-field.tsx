"use client";

import { useState } from "react";
import { Field } from "#components/ui/field.tsx";
import { Markdown } from "#components/ui/markdown.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Textarea } from "#components/ui/textarea.tsx";

interface ResolutionFieldProps {
  value: string;
  onValueChange: (value: string) => void;
  error?: string;
}

const VIEWS = [
  { value: "write", label: "Write" },
  { value: "preview", label: "Preview" },
] as const;

/** Markdown, which can be seen as the person on My device will see it. */
export function ResolutionField({ value, onValueChange, error }: ResolutionFieldProps) {
  const [view, setView] = useState<"write" | "preview">("write");
  return (
    <Field
      label="Resolution"
      optional
      error={error}
      hint="How to fix it, in Markdown. The person at the machine reads this on My device."
      aside={
        <Segmented label="Resolution view" options={VIEWS} value={view} onValueChange={setView} />
      }
    >
      {view === "write" ? (
        <Textarea
          rows={6}
          value={value}
          onChange={(event) => onValueChange(event.target.value)}
          placeholder={"1. Open **System Settings**.\n2. Choose …"}
        />
      ) : (
        <div className="min-h-33 rounded-md border border-line bg-surface px-3 py-2">
          {value.trim() ? (
            <Markdown>{value}</Markdown>
          ) : (
            <p className="text-muted text-sm">Nothing to preview yet.</p>
          )}
        </div>
      )}
    </Field>
  );
}
