"use client";

import { useTheme } from "next-themes";
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { cn } from "#components/ui/cn.ts";
import { useFieldProps } from "#components/ui/field-context.ts";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { SqlCheck } from "#lib/osquery/check.ts";
import type { OsquerySchema } from "#lib/osquery/schema.ts";
import type { SqlEditorHandle, SqlEditorOptions } from "./create-editor.ts";
import { rememberSchema } from "./known-schema.ts";

/** What a page may ask of the editor; nothing happens while it is loading. */
export type SqlEditorControl = Pick<SqlEditorHandle, "focus" | "insert" | "format" | "goTo">;

interface SqlEditorProps extends Pick<SqlEditorOptions, "onRun" | "onTable" | "onFormatted"> {
  value: string;
  onValueChange?: (value: string) => void;
  readOnly?: boolean;
  /** What is completed and explained; osquery's own tables when absent. */
  schema?: OsquerySchema;
  /** What is marked in the text. */
  check?: SqlCheck;
  control?: Ref<SqlEditorControl>;
  className?: string;
}

const FRAME = cn(
  "relative overflow-hidden rounded-md border border-field bg-surface shadow-xs",
  "focus-within:border-ring focus-within:outline-2 focus-within:outline-ring/35",
);
const LABEL = "SQL query. Press Escape, then Tab to leave the editor; Control M turns Tab over.";

/** SQL in Monaco, which is fetched when first shown; a plain field stands in where it cannot be. */
export function SqlEditor(props: SqlEditorProps) {
  const { value, onValueChange, readOnly = false, schema, check, control, className } = props;
  const frame = useRef<HTMLDivElement>(null);
  const editor = useRef<SqlEditorHandle>(null);
  const latest = useRef(props);
  latest.current = props;
  const [stage, setStage] = useState<"loading" | "ready" | "failed">("loading");
  const dark = useTheme().resolvedTheme === "dark";
  const darkAtStart = useRef(dark);
  darkAtStart.current = dark;
  const field = useFieldProps();

  useEffect(() => {
    let left = false;
    import("./create-editor.ts").then(
      ({ createSqlEditor }) => {
        if (left || !frame.current) return;
        editor.current = createSqlEditor(frame.current, {
          value: latest.current.value,
          label: readOnly ? "SQL query" : LABEL,
          readOnly,
          dark: darkAtStart.current,
          onChange: (text) => latest.current.onValueChange?.(text),
          // Without one, the keys keep their meaning in an editor.
          onRun: latest.current.onRun && (() => latest.current.onRun?.()),
          onTable: (table) => latest.current.onTable?.(table),
          onFormatted: (worked) => latest.current.onFormatted?.(worked),
        });
        setStage("ready");
      },
      () => setStage("failed"),
    );
    return () => {
      left = true;
      editor.current?.dispose();
      editor.current = null;
    };
  }, [readOnly]);

  useEffect(() => schema && rememberSchema(schema), [schema]);
  useEffect(() => editor.current?.setValue(value), [value]);
  useEffect(() => editor.current?.setDark(dark), [dark]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: an editor that has just come has none
  useEffect(() => editor.current?.showProblems(check), [check, stage]);
  useEffect(() => editor.current?.setAttributes(field));
  useImperativeHandle(control, () => ({
    focus: () => editor.current?.focus(),
    insert: (text) => editor.current?.insert(text),
    format: () => editor.current?.format(),
    goTo: (line, column) => editor.current?.goTo(line, column),
  }));

  if (stage === "failed") {
    return (
      <Textarea
        mono
        aria-label="SQL query"
        rows={6}
        value={value}
        readOnly={readOnly}
        onChange={(event) => onValueChange?.(event.target.value)}
      />
    );
  }
  return (
    <div
      className={cn(
        FRAME,
        readOnly ? "min-h-16" : "min-h-47.5",
        field["aria-invalid"] && "border-fail",
        className,
      )}
    >
      {stage === "loading" && (
        <div role="status" className="absolute inset-0 space-y-2.5 p-4">
          <span className="sr-only">Loading the editor…</span>
          <Skeleton className="w-1/3" />
          <Skeleton className="w-1/2" />
        </div>
      )}
      <div ref={frame} data-testid="sql-editor" />
    </div>
  );
}
