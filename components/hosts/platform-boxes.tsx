"use client";

import type { ReactNode } from "react";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { PLATFORMS } from "#lib/osquery/platform.ts";
import { PLATFORM_NAMES } from "./platform-name.ts";

interface PlatformBoxesProps {
  /** A comma list; "" is every platform. */
  value: string;
  onValueChange: (value: string) => void;
  /** What becomes of hosts with other platforms than those chosen. */
  others: string;
  children?: ReactNode;
}

export const splitPlatforms = (value: string) => (value === "" ? [] : value.split(","));

/** Which platforms are asked. None chosen asks all, which the line below says. */
export function PlatformBoxes({ value, onValueChange, others, children }: PlatformBoxesProps) {
  const chosen = splitPlatforms(value);
  const toggle = (platform: string, on: boolean) =>
    onValueChange(
      PLATFORMS.filter((one) => (one === platform ? on : chosen.includes(one))).join(","),
    );
  return (
    <fieldset className="space-y-2.5">
      <legend className="mb-1 font-medium text-ink text-sm">Platforms</legend>
      <div className="grid grid-cols-[repeat(auto-fill,6.5rem)] gap-x-4 gap-y-2.5">
        {PLATFORMS.map((platform) => (
          <ChoiceLabel
            key={platform}
            label={PLATFORM_NAMES[platform]}
            control={
              <Checkbox
                checked={chosen.includes(platform)}
                onCheckedChange={(on) => toggle(platform, on === true)}
              />
            }
          />
        ))}
      </div>
      <p className="text-muted text-xs">
        {chosen.length === 0 ? "None chosen: hosts of every platform are asked." : others}
      </p>
      {children}
    </fieldset>
  );
}
