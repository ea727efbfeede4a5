"use client";

import { PlatformBoxes, splitPlatforms } from "#components/hosts/platform-boxes.tsx";
import { joinPlatforms } from "#components/sql/platform-line.tsx";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { FieldError } from "#components/ui/field.tsx";
import type { SqlCheck } from "#lib/osquery/check.ts";

interface PlatformFieldProps {
  /** A comma list; "" is every platform. */
  value: string;
  onValueChange: (value: string) => void;
  /** Of the query, to question platforms that it cannot run on. */
  check: SqlCheck | undefined;
  error?: string;
}

/** Which platforms are asked. None chosen asks all, which the line below says. */
export function PlatformField({ value, onValueChange, check, error }: PlatformFieldProps) {
  return (
    <PlatformBoxes value={value} onValueChange={onValueChange} others="Others are not asked.">
      {error && <FieldError>{error}</FieldError>}
      <Compatibility check={check} chosen={splitPlatforms(value)} onUse={onValueChange} />
    </PlatformBoxes>
  );
}

interface CompatibilityProps {
  check: SqlCheck | undefined;
  chosen: readonly string[];
  onUse: (platforms: string) => void;
}

/** osquery answers a query for a missing table with an error, and an error is not an answer. */
function Compatibility({ check, chosen, onUse }: CompatibilityProps) {
  if (!check || check.errors.length > 0 || check.platforms.length === 0) return null;
  const able: readonly string[] = check.platforms;
  const asked = chosen.length === 0 ? ["darwin", "windows", "linux"] : chosen;
  // What ChromeOS has is not known here.
  const unable = asked.filter((platform) => platform !== "chrome" && !able.includes(platform));
  if (unable.length === 0) return null;
  const names = joinPlatforms(able);
  return (
    <Banner
      tone="warning"
      actions={
        <Button size="sm" onClick={() => onUse(able.join(","))}>
          Use {names}
        </Button>
      }
    >
      The tables of this query exist on {names} only. Hosts with {joinPlatforms(unable)} would
      answer with an error.
    </Banner>
  );
}
