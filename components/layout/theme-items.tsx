"use client";

import { useTheme } from "next-themes";
import {
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
} from "#components/ui/dropdown-menu.tsx";
import { THEMES } from "./themes.tsx";

/** The theme as items of a menu: there the Tab key does not reach any other kind of control. */
export function ThemeItems() {
  const { theme, setTheme } = useTheme();
  return (
    <DropdownMenuRadioGroup value={theme} onValueChange={setTheme}>
      <DropdownMenuLabel>Theme</DropdownMenuLabel>
      {THEMES.map(({ value, label, icon }) => (
        <DropdownMenuRadioItem
          key={value}
          value={value}
          onSelect={(event) => event.preventDefault()}
          className="[&>svg]:text-muted"
        >
          {icon}
          {label}
        </DropdownMenuRadioItem>
      ))}
    </DropdownMenuRadioGroup>
  );
}
