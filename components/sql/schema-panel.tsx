"use client";

import { TableColumns } from "./table-columns.tsx";
import { TableList } from "./table-list.tsx";
import { useSchema } from "./use-schema.ts";

export interface SchemaPanelProps {
  /** The one that is open. */
  table: string | undefined;
  onTable: (table: string | undefined) => void;
  onInsert: (text: string) => void;
}

/** osquery's tables and those of extensions, or one of them. */
export default function SchemaPanel({ table, onTable, onInsert }: SchemaPanelProps) {
  const { schema } = useSchema();
  const open = table === undefined ? undefined : schema.find(table);
  if (!open) return <TableList tables={schema.tables} onOpen={({ name }) => onTable(name)} />;
  return (
    <TableColumns
      key={open.name}
      table={open}
      onBack={() => onTable(undefined)}
      onInsert={onInsert}
    />
  );
}
