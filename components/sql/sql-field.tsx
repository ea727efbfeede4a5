"use client";

import { AlignLeft, Table2 } from "lucide-react";
import { lazy, type Ref, Suspense, useImperativeHandle, useRef, useState } from "react";
import { SqlEditor, type SqlEditorControl } from "#components/monaco/sql-editor.tsx";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { SideSheet } from "#components/ui/side-sheet.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { toast } from "#components/ui/toast.tsx";
import type { SqlCheck } from "#lib/osquery/check.ts";
import { KeysHelp } from "./keys-help.tsx";
import { PlatformLine } from "./platform-line.tsx";
import { ProblemList } from "./problem-list.tsx";
import { useSchema } from "./use-schema.ts";

/** Tables and what they hold are 50 KB, which other pages need not. */
const SchemaPanel = lazy(() => import("./schema-panel.tsx"));

interface SqlFieldProps {
  /** For a form, which puts the focus where an error is. */
  ref?: Ref<Pick<SqlEditorControl, "focus">>;
  value: string;
  onValueChange: (value: string) => void;
  /** Of the value, or of the one before it. */
  check: SqlCheck | undefined;
  error?: string;
  onRun?: () => void;
  /** Whether Ctrl+S saves what it is part of. */
  saves?: boolean;
  hint?: string;
}

const POLICY_HINT = "Rows mean pass, no row means fail. Esc, then Tab leaves the editor.";

/** A query: its editor, what is wrong with it, where it runs, and osquery's tables beside it. */
export function SqlField(props: SqlFieldProps) {
  const { value, onValueChange, check, error, onRun, saves = false, hint = POLICY_HINT } = props;
  const editor = useRef<SqlEditorControl>(null);
  const [table, setTable] = useState<string>();
  const { schema } = useSchema();
  const [sheet, setSheet] = useState(false);
  useImperativeHandle(props.ref, () => ({ focus: () => editor.current?.focus() }), []);

  function insert(text: string) {
    setSheet(false);
    editor.current?.insert(text);
  }

  const panel = (
    <Suspense fallback={<Skeleton className="m-3 w-1/2" />}>
      <SchemaPanel table={table} onTable={setTable} onInsert={insert} />
    </Suspense>
  );
  return (
    <Field
      label="Query"
      error={error}
      aside={
        <span className="flex items-center gap-1">
          <Button size="sm" variant="ghost" onClick={() => editor.current?.format()}>
            <AlignLeft aria-hidden />
            Format
          </Button>
          <Button size="sm" variant="ghost" onClick={() => setSheet(true)} className="xl:hidden">
            <Table2 aria-hidden />
            Tables
          </Button>
          <KeysHelp runs={onRun !== undefined} saves={saves} />
        </span>
      }
    >
      <div className="grid min-w-0 gap-3 xl:grid-cols-[minmax(0,1fr)_14rem]">
        <div className="min-w-0 space-y-2">
          <SqlEditor
            control={editor}
            value={value}
            schema={schema}
            onValueChange={onValueChange}
            check={check}
            onRun={onRun}
            onTable={setTable}
            onFormatted={(worked) =>
              worked || toast.error("Not formatted: the query cannot be read. See its problems.")
            }
          />
          <ProblemList
            check={check}
            onGoTo={(line, column) => editor.current?.goTo(line, column)}
          />
          <PlatformLine check={check} />
          <p className="text-muted text-xs">{hint}</p>
        </div>
        <section
          aria-label="Schema"
          className="relative hidden min-h-64 overflow-hidden rounded-md border border-line bg-surface xl:block"
        >
          {/* As high as the editor beside it: the list's own height must not count. */}
          <div className="absolute inset-0 flex flex-col">{panel}</div>
        </section>
      </div>
      <SideSheet open={sheet} onOpenChange={setSheet} title="Tables">
        <div className="-mx-5 -my-5 flex h-[calc(100%+2.5rem)] flex-col">{panel}</div>
      </SideSheet>
    </Field>
  );
}
