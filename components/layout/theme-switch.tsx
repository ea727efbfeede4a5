"use client";

import { useTheme } from "next-themes";
import { Segmented } from "#components/ui/segmented.tsx";
import { useHydrated } from "#components/ui/use-hydrated.ts";
import { THEMES } from "./themes.tsx";

export function ThemeSwitch({ className }: { className?: string }) {
  const { theme, setTheme } = useTheme();
  // The server cannot know the choice: it lies in the browser's storage.
  const hydrated = useHydrated();
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
