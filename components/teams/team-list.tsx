"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, SearchX, UsersRound } from "lucide-react";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { type ReactNode, useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { EditedElsewhere, useRepositoryUrl } from "#components/layout/gitops.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { isAdmin, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { teamListOptions } from "#lib/teams/client.ts";
import { TEAM_COLUMNS } from "./team-columns.tsx";
import { TeamDialog } from "./team-dialog.tsx";

const PER_PAGE = 50;
const ORDER_KEYS = ["name", "host_count", "user_count", "created_at"] as const;
const FILTER = {
  query: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(0),
  order_key: parseAsStringLiteral(ORDER_KEYS).withDefault("name"),
  order_direction: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
};

export function TeamList() {
  const [filter, setFilter] = useQueryStates(FILTER, { history: "push" });
  const [creating, setCreating] = useState(false);
  const isAdministrator = isAdmin(useViewer());
  const mayCreate = useRepositoryUrl() === null && isAdministrator;
  const list = useQuery({
    ...teamListOptions({ ...filter, per_page: PER_PAGE }),
    placeholderData: keepPreviousData,
  });
  // The API tells no total: whether there is a next page is whether a team is first on it.
  const following = useQuery(
    teamListOptions({ ...filter, page: (filter.page + 1) * PER_PAGE, per_page: 1 }),
  );
  const newTeam = mayCreate && (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      New team
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Teams"
        description="Hosts that belong together, with their own policies, secrets and people."
        actions={newTeam}
      />
      <EditedElsewhere teamId={null} what="Teams are" />
      <Toolbar>
        <SearchInput
          value={filter.query}
          onValueChange={(query) => setFilter({ query, page: null })}
          placeholder="Search teams"
        />
      </Toolbar>
      <Card flush>
        {list.isError && !list.data ? (
          <ErrorState
            title="The teams could not be loaded"
            error={list.error}
            onRetry={() => list.refetch()}
            retrying={list.isFetching}
          />
        ) : (
          <DataTable
            label="Teams"
            columns={TEAM_COLUMNS}
            rows={list.data?.teams}
            rowId={(team) => String(team.id)}
            busy={list.isPlaceholderData}
            sort={{ key: filter.order_key, direction: filter.order_direction }}
            onSortChange={(sort) =>
              setFilter({
                order_key: ORDER_KEYS.find((key) => key === sort?.key) ?? "name",
                order_direction: sort?.direction ?? "asc",
                page: null,
              })
            }
            empty={
              <NoTeams
                searching={filter.query !== ""}
                onClear={() => setFilter({ query: null, page: null })}
                action={newTeam}
              />
            }
          />
        )}
      </Card>
      <Pager
        label="teams"
        page={filter.page}
        hasNext={(following.data?.teams.length ?? 0) > 0}
        onPageChange={(page) => setFilter({ page: page || null })}
      />
      <TeamDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}

interface NoTeamsProps {
  searching: boolean;
  onClear: () => void;
  action: ReactNode;
}

function NoTeams({ searching, onClear, action }: NoTeamsProps) {
  if (searching) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="No team of that name"
        description="No team's name contains what you searched for."
        actions={<Button onClick={onClear}>Clear search</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<UsersRound />}
      title="No teams yet"
      description="Hosts in no team are asked the global policies. A team adds policies of its own, and people who see nothing else."
      actions={action}
    />
  );
}
