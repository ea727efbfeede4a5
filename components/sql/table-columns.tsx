"use client";

import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import {
  columnDetail,
  descriptionOf,
  EVENTED,
  platformNames,
  requirementOf,
} from "#components/monaco/describe.ts";
import { Command, CommandEmpty, CommandInput, CommandItem } from "#components/ui/command.tsx";
import { IconButton } from "#components/ui/icon-button.tsx";
import { asName } from "#lib/osquery/sql-words.ts";
import type { OsqueryColumn, OsqueryTable } from "#lib/osquery/tables.ts";
import { SCHEMA_LIST } from "./schema-class.ts";

interface TableColumnsProps {
  table: OsqueryTable;
  onBack: () => void;
  onInsert: (text: string) => void;
}

/** One table. Its name and columns go into the editor by a click or Enter. */
export function TableColumns({ table, onBack, onInsert }: TableColumnsProps) {
  const [search, setSearch] = useState("");
  const text = search.trim().toLowerCase();
  const columns = table.columns.filter(({ name }) => name.toLowerCase().includes(text));
  const notes = [descriptionOf(table), requirementOf(table), table.evented ? EVENTED : ""];
  return (
    <>
      <header className="flex items-center gap-1 border-line border-b px-1.5 py-1">
        <IconButton label="All tables" size="sm" onClick={onBack}>
          <ArrowLeft aria-hidden />
        </IconButton>
        <button
          type="button"
          onClick={() => onInsert(table.name)}
          title="Insert the name"
          className="min-w-0 flex-1 truncate rounded-sm px-1 py-1 text-left font-mono text-xs hover:bg-hover"
        >
          <span className="sr-only">Insert </span>
          {table.name}
        </button>
      </header>
      <div className="space-y-1 border-line border-b px-3 py-2 text-2xs text-muted">
        <p>{platformNames(table.platforms)}</p>
        {notes
          .filter((note) => note !== "")
          .map((note) => (
            <p key={note}>{note}</p>
          ))}
      </div>
      <Command
        shouldFilter={false}
        label={`Columns of ${table.name}`}
        className="flex min-h-0 flex-1 flex-col"
      >
        <CommandInput value={search} onValueChange={setSearch} placeholder="Find a column…" />
        <Command.List label={`Columns of ${table.name}`} className={SCHEMA_LIST}>
          <CommandEmpty>No column of that name.</CommandEmpty>
          {columns.map((column) => (
            <CommandItem
              key={column.name}
              value={column.name}
              onSelect={() => onInsert(asName(column.name))}
              className="block"
            >
              <ColumnLine table={table} column={column} />
            </CommandItem>
          ))}
        </Command.List>
      </Command>
    </>
  );
}

function ColumnLine({ table, column }: { table: OsqueryTable; column: OsqueryColumn }) {
  const partly = column.platforms.length < table.platforms.length;
  const where = partly ? ` · ${platformNames(column.platforms)} only` : "";
  return (
    <>
      <span title={column.name} className="block truncate font-mono text-xs">
        {column.name}
      </span>
      <span className="block text-2xs text-muted">{columnDetail(column) + where}</span>
    </>
  );
}
