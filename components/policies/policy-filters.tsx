"use client";

import { LayoutList, Tags } from "lucide-react";
import { Combobox } from "#components/ui/combobox.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import type { TagsThenJson } from "#lib/history/roll-up-schema.ts";
import type { PolicyListState } from "./use-policy-list.ts";

const FRAMEWORK = "framework ";

type Given = Record<"query" | "tag" | "framework", string>;

interface PolicyFiltersProps {
  filter: Given;
  change: (next: { [K in keyof Given]?: string | null }) => void;
  /** Those that the list has. */
  tags: Pick<TagsThenJson, "tags" | "frameworks"> | undefined;
}

/** Search, and the tags and frameworks of a list. */
export function PolicyFilters({ filter, change, tags }: PolicyFiltersProps) {
  const options = [
    ...(tags?.frameworks ?? []).map(({ framework, policies }) => ({
      value: FRAMEWORK + framework,
      label: `All of ${framework}`,
      hint: String(policies),
    })),
    ...(tags?.tags ?? []).map(({ tag, policies }) => ({
      value: tag,
      label: tag,
      hint: String(policies),
    })),
  ];
  const value = filter.framework ? FRAMEWORK + filter.framework : filter.tag || null;
  // A tag of a link that the list does not have must still be seen, to be taken off.
  const known = value === null || options.some((option) => option.value === value);
  const all = known || value === null ? options : [...options, { value, label: value }];
  return (
    <>
      <SearchInput
        value={filter.query}
        onValueChange={(query) => change({ query: query || null })}
        placeholder="Search policies by name"
      />
      {all.length > 0 && (
        <Combobox
          aria-label="Tag"
          placeholder="Any tag"
          searchPlaceholder="Find a tag…"
          emptyText="No tag of that name."
          clearable
          options={all}
          value={value}
          onValueChange={(next) =>
            change(
              next?.startsWith(FRAMEWORK)
                ? { framework: next.slice(FRAMEWORK.length), tag: null }
                : { tag: next, framework: null },
            )
          }
          className="w-full min-w-40 flex-1 sm:max-w-56"
        />
      )}
    </>
  );
}

export function PolicyViewSwitch({ view, change }: Pick<PolicyListState, "view" | "change">) {
  return (
    <Segmented
      label="View"
      value={view}
      onValueChange={(next) => change({ view: next })}
      options={[
        { value: "list", label: "List", icon: <LayoutList aria-hidden /> },
        { value: "tags", label: "By tag", icon: <Tags aria-hidden /> },
      ]}
    />
  );
}
