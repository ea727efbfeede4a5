"use client";

import { Button } from "#components/ui/button.tsx";
import { DialogFooter } from "#components/ui/dialog.tsx";
import { Field } from "#components/ui/field.tsx";
import { Input } from "#components/ui/input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { ImportFormat, ImportRequest } from "#lib/gitops/import-schema.ts";
import { formatOf } from "./import-format.ts";

export type Source = Required<Pick<ImportRequest, "format" | "content" | "rows_mean">>;

interface ImportSourceProps {
  source: Source;
  onChange: (change: Partial<Source>) => void;
  busy: boolean;
  onPreview: () => void;
  onCancel: () => void;
}

/** What to import: a file, or its text. */
export function ImportSource({ source, onChange, busy, onPreview, onCancel }: ImportSourceProps) {
  return (
    <form
      className="space-y-4"
      onSubmit={(event) => {
        event.preventDefault();
        onPreview();
      }}
    >
      <Field label="File" hint="An osquery pack (JSON), or Fleet’s YAML.">
        <Input
          type="file"
          accept=".json,.conf,.yml,.yaml"
          className="cursor-pointer pt-1 read-only:bg-surface file:mr-2.5 file:cursor-pointer file:rounded-sm file:bg-sunken file:px-2 file:py-0.5 file:font-medium"
          onChange={async (event) => {
            const content = await event.target.files?.[0]?.text();
            if (content !== undefined) onChange({ content, format: formatOf(content) });
          }}
        />
      </Field>
      <Field label="Or its text">
        <Textarea
          mono
          rows={8}
          spellCheck={false}
          value={source.content}
          onChange={({ target: { value: content } }) =>
            // As it arrives, and not again: whoever chose another format knows better.
            onChange(source.content ? { content } : { content, format: formatOf(content) })
          }
        />
      </Field>
      <div className="flex flex-wrap gap-x-6 gap-y-3">
        <Segmented<ImportFormat>
          label="Format"
          value={source.format}
          onValueChange={(format) => onChange({ format })}
          options={[
            { value: "pack", label: "osquery pack" },
            { value: "fleet", label: "Fleet YAML" },
          ]}
        />
        <Segmented<Source["rows_mean"]>
          label="What rows of a query mean"
          value={source.rows_mean}
          onValueChange={(rows_mean) => onChange({ rows_mean })}
          options={[
            { value: "pass", label: "Rows pass" },
            { value: "fail", label: "Rows fail" },
          ]}
        />
      </div>
      <p className="text-pretty text-muted text-xs">
        A pack’s queries are not yes-or-no questions. Choose “Rows fail” where they find what ought
        not to be there: they are turned around. Fleet’s policies are taken as they are.
      </p>
      <DialogFooter>
        <Button onClick={onCancel}>Cancel</Button>
        <Button type="submit" variant="primary" loading={busy} disabled={!source.content.trim()}>
          Preview
        </Button>
      </DialogFooter>
    </form>
  );
}
