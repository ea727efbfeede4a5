"use client";

import { Activity } from "lucide-react";
import { useState } from "react";
import { descriptionOf, platformNames } from "#components/monaco/describe.ts";
import { cn } from "#components/ui/cn.ts";
import { Command, CommandEmpty, CommandInput, CommandItem } from "#components/ui/command.tsx";
import type { OsqueryTable } from "#lib/osquery/tables.ts";
import { type FoundTable, findTables } from "./find-tables.ts";
import { SCHEMA_LIST } from "./schema-class.ts";

interface TableListProps {
  tables: readonly OsqueryTable[];
  onOpen: (table: OsqueryTable) => void;
}

/** All tables, found by name, by what they hold, or by a column. Arrows choose, Enter opens. */
export function TableList({ tables, onOpen }: TableListProps) {
  const [search, setSearch] = useState("");
  const found = findTables(tables, search, descriptionOf);
  return (
    <Command
      shouldFilter={false}
      label="Tables of osquery"
      className="flex min-h-0 flex-1 flex-col"
    >
      <CommandInput
        value={search}
        onValueChange={setSearch}
        placeholder={`Find in ${tables.length} tables…`}
      />
      <Command.List label="Tables" className={SCHEMA_LIST}>
        <CommandEmpty>No table has that in its name or columns.</CommandEmpty>
        {found.map((one) => (
          <CommandItem
            key={one.table.name}
            value={one.table.name}
            onSelect={() => onOpen(one.table)}
            className="block"
          >
            <TableLine {...one} />
          </CommandItem>
        ))}
      </Command.List>
    </Command>
  );
}

function TableLine({ table, column }: FoundTable) {
  return (
    <>
      <span className="flex min-w-0 items-center gap-1.5">
        <span title={table.name} className="truncate font-mono text-xs">
          {table.name}
        </span>
        {table.evented && (
          <>
            <Activity aria-hidden className="size-3! text-error" />
            <span className="sr-only">events</span>
          </>
        )}
      </span>
      <span className={cn("block truncate text-2xs text-muted", column && "font-mono")}>
        {column ? `.${column}` : platformNames(table.platforms)}
      </span>
    </>
  );
}
