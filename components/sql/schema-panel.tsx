"use client";

import { osquerySchema } from "#lib/osquery/schema.ts";
import { TableColumns } from "./table-columns.tsx";
import { TableList } from "./table-list.tsx";

export interface SchemaPanelProps {
  /** The one that is open. */
  table: string | undefined;
  onTable: (table: string | undefined) => void;
  onInsert: (text: string) => void;
}

/** osquery's tables, or one of them. */
export default function SchemaPanel({ table, onTable, onInsert }: SchemaPanelProps) {
  const open = table === undefined ? undefined : osquerySchema.find(table);
  if (!open)
    return <TableList tables={osquerySchema.tables} onOpen={({ name }) => onTable(name)} />;
  return (
    <TableColumns
      key={open.name}
      table={open}
      onBack={() => onTable(undefined)}
      onInsert={onInsert}
    />
  );
}
