"use client";

import { platformList } from "#components/hosts/platform-name.ts";
import { Command, CommandEmpty, CommandInput, CommandItem } from "#components/ui/command.tsx";
import type { TemplateFilter, TemplateJson } from "#lib/templates/schema.ts";
import { topicsOf } from "./tag-names.ts";
import { TemplateFilters } from "./template-filters.tsx";

export interface TemplateListProps {
  templates: readonly TemplateJson[];
  filter: TemplateFilter;
  onFilterChange: (filter: TemplateFilter) => void;
  /** The id of the one that is shown beside the list. */
  shown: string;
  onShow: (id: string) => void;
  /** Enter, or a click. */
  onChoose: (id: string) => void;
}

/** Search, filters and what they leave. Arrows move through the list while one types. */
export function TemplateList(props: TemplateListProps) {
  const { templates, filter, onFilterChange, shown, onShow, onChoose } = props;
  return (
    <Command
      shouldFilter={false}
      // Else the preview would follow the pointer on its way to the preview.
      disablePointerSelection
      label="Templates"
      value={shown}
      onValueChange={onShow}
      className="flex min-h-0 min-w-0 flex-col gap-2"
    >
      <CommandInput
        autoFocus
        value={filter.query ?? ""}
        onValueChange={(query) => onFilterChange({ ...filter, query })}
        placeholder="Search names, words, tables, controls…"
      />
      <TemplateFilters filter={filter} onFilterChange={onFilterChange} />
      <p role="status" className="px-1 text-muted text-xs">
        {templates.length === 1 ? "1 template" : `${templates.length} templates`}
      </p>
      <Command.List
        aria-label="Templates"
        className="-mx-1 min-h-0 flex-1 overflow-y-auto overscroll-contain px-1 pb-1"
      >
        <CommandEmpty>No template is about that. Try fewer words or another system.</CommandEmpty>
        {templates.map(({ id, name, platform, tags }) => (
          <CommandItem
            key={id}
            value={id}
            onSelect={() => onChoose(id)}
            className="block hover:bg-hover/60"
          >
            <span className="block text-pretty text-sm">{name}</span>
            <span className="block text-muted text-xs">
              {platformList(platform)} · {topicsOf(tags).join(", ")}
            </span>
          </CommandItem>
        ))}
      </Command.List>
    </Command>
  );
}
