"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Plus, SearchX } from "lucide-react";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { userListOptions } from "#lib/users/client.ts";
import { USER_COLUMNS } from "./user-columns.tsx";
import { UserDialog } from "./user-dialog.tsx";

const PER_PAGE = 50;
const FILTER = {
  query: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(0),
  order_key: parseAsStringLiteral(["name", "created_at"]).withDefault("name"),
  order_direction: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
};

export function UserList() {
  const [filter, setFilter] = useQueryStates(FILTER, { history: "push" });
  const [creating, setCreating] = useState(false);
  const list = useQuery({
    ...userListOptions({ ...filter, per_page: PER_PAGE }),
    placeholderData: keepPreviousData,
  });
  // The API tells no total: whether there is a next page is whether somebody is first on it.
  const following = useQuery(
    userListOptions({ ...filter, page: (filter.page + 1) * PER_PAGE, per_page: 1 }),
  );
  const users = list.data?.users;
  return (
    <>
      <PageHeader
        title="Users"
        description="People who sign in, and programs that use the API."
        actions={
          <Button variant="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden />
            New user
          </Button>
        }
      />
      <Toolbar>
        <SearchInput
          value={filter.query}
          onValueChange={(query) => setFilter({ query, page: null })}
          placeholder="Search name or e-mail"
        />
      </Toolbar>
      {list.isError && !users ? (
        <Card>
          <ErrorState
            title="The users could not be loaded"
            error={list.error}
            onRetry={() => list.refetch()}
            retrying={list.isFetching}
          />
        </Card>
      ) : (
        <Card flush>
          <DataTable
            label="Users"
            columns={USER_COLUMNS}
            rows={users}
            rowId={(user) => String(user.id)}
            busy={list.isPlaceholderData}
            sort={{ key: filter.order_key, direction: filter.order_direction }}
            onSortChange={(sort) =>
              setFilter({
                order_key: sort?.key === "created_at" ? "created_at" : "name",
                order_direction: sort?.direction ?? "asc",
                page: null,
              })
            }
            empty={
              <EmptyState
                icon={<SearchX />}
                title="Nobody matches"
                description="No user's name or e-mail address contains that."
                actions={
                  <Button onClick={() => setFilter({ query: null, page: null })}>
                    Clear search
                  </Button>
                }
              />
            }
          />
        </Card>
      )}
      <Pager
        label="users"
        page={filter.page}
        hasNext={(following.data?.users.length ?? 0) > 0}
        onPageChange={(page) => setFilter({ page: page || null })}
      />
      <UserDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}
