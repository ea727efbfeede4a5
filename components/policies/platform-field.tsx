"use client";

import { PLATFORM_NAMES, platformName } from "#components/hosts/platform-name.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Checkbox } from "#components/ui/checkbox.tsx";
import { ChoiceLabel } from "#components/ui/choice-label.tsx";
import { FieldError } from "#components/ui/field.tsx";
import { PLATFORMS } from "#lib/osquery/platform.ts";
import { platformsThatCanRun, unknownTablesIn } from "#lib/osquery/sql-tables.ts";

interface PlatformFieldProps {
  /** A comma list; "" is every platform. */
  value: string;
  onValueChange: (value: string) => void;
  sql: string;
  error?: string;
}

/** Which platforms are asked. None chosen asks all, which the first line says. */
export function PlatformField({ value, onValueChange, sql, error }: PlatformFieldProps) {
  const chosen = value === "" ? [] : value.split(",");
  const toggle = (platform: string, on: boolean) =>
    onValueChange(
      PLATFORMS.filter((one) => (one === platform ? on : chosen.includes(one))).join(","),
    );
  return (
    <fieldset className="space-y-2.5">
      <legend className="mb-1 font-medium text-ink text-sm">Platforms</legend>
      <div className="grid grid-cols-2 gap-x-4 gap-y-2.5">
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
          : "Others are not asked."}
      </p>
      {error && <FieldError>{error}</FieldError>}
      <Compatibility sql={sql} chosen={chosen} />
    </fieldset>
  );
}

/** osquery answers a query for a missing table with an error, and an error is not an answer. */
function Compatibility({ sql, chosen }: { sql: string; chosen: readonly string[] }) {
  if (sql.trim() === "" || unknownTablesIn(sql).length > 0) return null;
  const able: readonly string[] = platformsThatCanRun(sql);
  const asked = chosen.length === 0 ? ["darwin", "windows", "linux"] : chosen;
  const unable = asked.filter((platform) => platform !== "chrome" && !able.includes(platform));
  const names = able.map(platformName).join(" and ");
  if (able.length === 0) {
    return <Banner tone="warning">No platform has all of the tables that this query reads.</Banner>;
  }
  if (unable.length === 0) return <p className="text-muted text-xs">Can run on {names}.</p>;
  return (
    <Banner tone="warning">
      The tables of this query exist on {names} only. {unable.map(platformName).join(" and ")} would
      answer with an error.
    </Banner>
  );
}
