"use client";

import { useTheme } from "next-themes";
import { useSyncExternalStore } from "react";
import { Segmented } from "#components/ui/segmented.tsx";
import { THEMES } from "./themes.tsx";

const neverChanges = () => () => {};

export function ThemeSwitch({ className }: { className?: string }) {
  const { theme, setTheme } = useTheme();
  // The server cannot know the choice: it lies in the browser's storage.
  const hydrated = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  const value = THEMES.find((option) => option.value === theme)?.value ?? "system";
  return (
    <Segmented
      iconsOnly
      label="Theme"
      options={THEMES}
      value={hydrated ? value : "system"}
      onValueChange={setTheme}
      className={className}
    />
  );
}
