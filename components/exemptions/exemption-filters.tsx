"use client";

import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { EXEMPTION_STATES } from "./states.ts";

const FILTER = {
  query: parseAsString.withDefault(""),
  state: parseAsStringLiteral(["live", "ending", "ended"]).withDefault("live"),
  team_id: parseAsInteger,
  page: parseAsInteger.withDefault(0),
};

/** The list's state, kept in the URL. */
export function useExemptionFilter() {
  const [{ team_id, ...rest }, change] = useQueryStates(FILTER, { history: "push" });
  return [{ ...rest, ...(team_id === null ? {} : { team_id }) }, change] as const;
}

export function ExemptionFilters() {
  const [filter, change] = useExemptionFilter();
  return (
    <Toolbar>
      <SearchInput
        value={filter.query}
        onValueChange={(query) => change({ query, page: null })}
        placeholder="Search policies, hosts, reasons"
      />
      <Segmented
        label="Which exemptions"
        options={EXEMPTION_STATES}
        value={filter.state}
        onValueChange={(state) => change({ state, page: null })}
      />
    </Toolbar>
  );
}
