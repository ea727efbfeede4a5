"use client";

import { Columns3 } from "lucide-react";
import { Button } from "./button.tsx";
import {
  DropdownMenu,
  DropdownMenuCheckboxItem,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuLabel,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "./dropdown-menu.tsx";

interface ColumnsMenuProps {
  /** Those that may be hidden; a table's first column usually may not. */
  columns: readonly { id: string; label: string }[];
  hidden: readonly string[];
  onHiddenChange: (hidden: string[]) => void;
  /** What "Reset" returns to. */
  defaultHidden?: readonly string[];
}

export function ColumnsMenu({
  columns,
  hidden,
  onHiddenChange,
  defaultHidden = [],
}: ColumnsMenuProps) {
  function toggle(id: string, shown: boolean) {
    onHiddenChange(shown ? hidden.filter((other) => other !== id) : [...hidden, id]);
  }
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button>
          <Columns3 aria-hidden className="text-muted" />
          Columns
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent className="min-w-52">
        <DropdownMenuLabel>Columns</DropdownMenuLabel>
        {columns.map(({ id, label }) => (
          <DropdownMenuCheckboxItem
            key={id}
            checked={!hidden.includes(id)}
            onCheckedChange={(shown) => toggle(id, shown)}
          >
            {label}
          </DropdownMenuCheckboxItem>
        ))}
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => onHiddenChange([...defaultHidden])}>
          Reset columns
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
