"use client";

import { SearchX, ShieldMinus } from "lucide-react";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { Button } from "#components/ui/button.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Segmented } from "#components/ui/segmented.tsx";
import { ExemptionTable } from "./exemption-table.tsx";
import { EMPTY_TITLES, EXEMPTION_STATES } from "./states.ts";

const FILTER = {
  query: parseAsString.withDefault(""),
  state: parseAsStringLiteral(["live", "ending", "ended"]).withDefault("live"),
  team_id: parseAsInteger,
  page: parseAsInteger.withDefault(0),
};

/** Every exemption that one may see, the next to end first. */
export function ExemptionsPage() {
  const [filter, setFilter] = useQueryStates(FILTER, { history: "push" });
  const { team_id, ...rest } = filter;
  return (
    <>
      <PageHeader
        title="Exemptions"
        description="Who is let off which policy, why, and until when. Each ends by itself."
      />
      <Toolbar>
        <SearchInput
          value={filter.query}
          onValueChange={(query) => setFilter({ query, page: null })}
          placeholder="Search policies, hosts, reasons"
        />
        <Segmented
          label="Which exemptions"
          options={EXEMPTION_STATES}
          value={filter.state}
          onValueChange={(state) => setFilter({ state, page: null })}
        />
      </Toolbar>
      <ExemptionTable
        filter={{ ...rest, ...(team_id === null ? {} : { team_id }) }}
        onPageChange={(page) => setFilter({ page: page || null })}
        empty={
          filter.query ? (
            <EmptyState
              icon={<SearchX />}
              title="Nothing found"
              description="No exemption is about what you searched for."
              actions={
                <Button onClick={() => setFilter({ query: null, page: null })}>Clear search</Button>
              }
            />
          ) : (
            <EmptyState
              icon={<ShieldMinus />}
              title={EMPTY_TITLES[filter.state]}
              description="Exempt a host from its page, or hosts, labels and teams from the page of a policy."
            />
          )
        }
      />
    </>
  );
}
