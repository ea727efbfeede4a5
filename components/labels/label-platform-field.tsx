"use client";

import { PLATFORM_NAMES } from "#components/hosts/platform-name.ts";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { PLATFORMS } from "#lib/osquery/platform.ts";

interface LabelPlatformFieldProps {
  /** A comma list; "" is every platform. */
  value: string;
  onValueChange: (value: string) => void;
}

/** Which platforms a label asks; hosts of the others are known not to be members. */
export function LabelPlatformField({ value, onValueChange }: LabelPlatformFieldProps) {
  const chosen = value === "" ? [] : value.split(",");
  const toggle = (platform: string, on: boolean) =>
    onValueChange(
      PLATFORMS.filter((one) => (one === platform ? on : chosen.includes(one))).join(","),
    );
  return (
    <fieldset className="space-y-2.5">
      <legend className="mb-1 font-medium text-ink text-sm">Platforms</legend>
      <div className="flex flex-wrap gap-x-6 gap-y-2.5">
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
        {chosen.length === 0
          ? "None chosen: hosts of every platform are asked."
          : "Hosts of other platforms are not asked and are no members."}
      </p>
    </fieldset>
  );
}
