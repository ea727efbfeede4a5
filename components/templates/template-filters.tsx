"use client";

import { PLATFORM_NAMES } from "#components/hosts/platform-name.ts";
import { Select } from "#components/ui/select.tsx";
import type { TemplateFilter } from "#lib/templates/schema.ts";
import { FRAMEWORKS, type Framework, TOPICS } from "#lib/templates/template.ts";
import { capital, tagName } from "./tag-names.ts";

/** Radix has no empty value. */
const ALL = "all";

const SYSTEMS = ["darwin", "windows", "linux"] as const;
const PLATFORM_OPTIONS = [
  { value: ALL, label: "All systems" },
  ...SYSTEMS.map((value) => ({ value, label: PLATFORM_NAMES[value] })),
];
const TAG_OPTIONS = [
  { value: ALL, label: "All topics" },
  ...TOPICS.map((value) => ({ value, label: capital(tagName(value)) })),
  ...Object.entries(FRAMEWORKS).map(([value, label]) => ({ value, label })),
];

const isFramework = (value: string): value is Framework => value in FRAMEWORKS;

interface TemplateFiltersProps {
  filter: TemplateFilter;
  onFilterChange: (filter: TemplateFilter) => void;
}

export function TemplateFilters({ filter, onFilterChange }: TemplateFiltersProps) {
  function about(value: string) {
    const { tag: _tag, framework: _framework, ...others } = filter;
    if (isFramework(value)) onFilterChange({ ...others, framework: value });
    else onFilterChange(value === ALL ? others : { ...others, tag: value });
  }
  return (
    <div className="grid grid-cols-2 gap-2">
      <Select
        aria-label="System"
        options={PLATFORM_OPTIONS}
        value={filter.platform ?? ALL}
        onValueChange={(value) =>
          onFilterChange({ ...filter, platform: SYSTEMS.find((one) => one === value) })
        }
        className="w-full min-w-0"
      />
      <Select
        aria-label="Topic or framework"
        options={TAG_OPTIONS}
        value={filter.framework ?? filter.tag ?? ALL}
        onValueChange={about}
        className="w-full min-w-0"
      />
    </div>
  );
}
