"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, SearchX } from "lucide-react";
import Link from "next/link";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { EditedElsewhere, useMayEdit } from "#components/layout/gitops.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { labelListOptions } from "#lib/labels/client.ts";
import { LABEL_COLUMNS } from "./label-columns.tsx";

const PER_PAGE = 50;
const ORDER_KEYS = ["name", "updated_at"] as const;
const FILTER = {
  query: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(0),
  order_key: parseAsStringLiteral(ORDER_KEYS).withDefault("name"),
  order_direction: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
};

export function LabelsPage() {
  const [filter, setFilter] = useQueryStates(FILTER, { history: "push" });
  const mayEdit = useMayEdit(null);
  const list = useQuery(labelListOptions({ ...filter, per_page: PER_PAGE }));
  // The API tells no total: whether there is a next page is whether a label is first on it.
  const following = useQuery({
    ...labelListOptions({ ...filter, page: (filter.page + 1) * PER_PAGE, per_page: 1 }),
    enabled: list.data?.labels.length === PER_PAGE,
  });
  return (
    <>
      <PageHeader
        title="Labels"
        description="Groups of hosts that policies can be narrowed to, whatever team they are in."
        actions={
          <>
            <AsOfControl />
            {mayEdit && (
              <Button variant="primary" asChild>
                <Link href="/labels/new">
                  <Plus aria-hidden />
                  New label
                </Link>
              </Button>
            )}
          </>
        }
      />
      <EditedElsewhere teamId={null} what="Labels are" />
      <Toolbar>
        <SearchInput
          value={filter.query}
          onValueChange={(query) => setFilter({ query, page: null })}
          placeholder="Search labels"
        />
      </Toolbar>
      <Card flush>
        {list.isError && !list.data ? (
          <ErrorState
            title="The labels could not be loaded"
            error={list.error}
            onRetry={() => list.refetch()}
            retrying={list.isFetching}
          />
        ) : (
          <DataTable
            label="Labels"
            columns={LABEL_COLUMNS}
            rows={list.data?.labels}
            rowId={(label) => String(label.id)}
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
              <EmptyState
                icon={<SearchX />}
                title="No label of that name"
                description="No label's name contains what you searched for."
                actions={
                  <Button onClick={() => setFilter({ query: null, page: null })}>
                    Clear search
                  </Button>
                }
              />
            }
          />
        )}
      </Card>
      <Pager
        label="labels"
        page={filter.page}
        hasNext={(following.data?.labels.length ?? 0) > 0}
        onPageChange={(page) => setFilter({ page: page || null })}
      />
    </>
  );
}
