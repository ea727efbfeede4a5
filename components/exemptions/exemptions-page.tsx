"use client";

import { SearchX, ShieldMinus } from "lucide-react";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { EditedElsewhere } from "#components/layout/gitops.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { Button } from "#components/ui/button.tsx";
import { ExemptionFilters, useExemptionFilter } from "./exemption-filters.tsx";
import { ExemptionTable } from "./exemption-table.tsx";
import { EMPTY_TITLES } from "./states.ts";

/** Every exemption that one may see, the next to end first. */
export function ExemptionsPage() {
  const [teamId] = useTeam();
  const [filter, setFilter] = useExemptionFilter();
  return (
    <>
      <PageHeader
        title="Exemptions"
        description="Who is let off which policy, why, and until when. Each ends by itself."
        actions={<AsOfControl />}
      />
      <EditedElsewhere teamId={teamId} what="Exemptions are" />
      <ExemptionFilters />
      <ExemptionTable
        filter={filter}
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
