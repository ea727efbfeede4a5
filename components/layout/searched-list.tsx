"use client";

import {
  keepPreviousData,
  type QueryKey,
  type UseQueryOptions,
  useQuery,
} from "@tanstack/react-query";
import { parseAsInteger, parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { type ReactNode, useState } from "react";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import type { DataColumn } from "#components/ui/table-features.ts";
import type { Query } from "#lib/http/client.ts";
import { ErrorState } from "./error-state.tsx";
import { Pager } from "./pager.tsx";
import { Toolbar } from "./toolbar.tsx";

const PER_PAGE = 50;

interface SearchedListProps<Row extends { id: number }, Data, Key extends QueryKey> {
  /** What is listed, as it stands in the middle of a sentence: "labels". */
  what: string;
  /** What the search looks at: "Search labels". */
  placeholder: string;
  /** Stable. */
  columns: DataColumn<Row>[];
  /** What the server sorts by; the first, to begin with. */
  orderKeys: readonly [string, ...string[]];
  options: (filter: Query) => UseQueryOptions<Data, Error, Data, Key>;
  /** Of a reply; the same for the same reply. */
  rowsOf: (data: Data) => Row[];
  /** For no rows. */
  empty: (isSearching: boolean, clearButton: ReactNode) => ReactNode;
}

/** A list that is searched, sorted and paged through by the URL, of an API that tells no total. */
export function SearchedList<Row extends { id: number }, Data, Key extends QueryKey>(
  props: SearchedListProps<Row, Data, Key>,
) {
  const { what, orderKeys, options, rowsOf } = props;
  const [filter, setFilter] = useListFilter(orderKeys);
  const list = useQuery({
    ...options({ ...filter, per_page: PER_PAGE }),
    placeholderData: keepPreviousData,
  });
  const rows = list.data && rowsOf(list.data);
  // There is a next page if something is first on it.
  const following = useQuery({
    ...options({ ...filter, page: (filter.page + 1) * PER_PAGE, per_page: 1 }),
    enabled: rows?.length === PER_PAGE,
  });
  return (
    <>
      <Toolbar>
        <SearchInput
          value={filter.query}
          onValueChange={(query) => setFilter({ query, page: null })}
          placeholder={props.placeholder}
        />
      </Toolbar>
      <Card flush>
        {list.isError && !rows ? (
          <ErrorState
            title={`The ${what} could not be loaded`}
            error={list.error}
            onRetry={() => list.refetch()}
            retrying={list.isFetching}
          />
        ) : (
          <DataTable
            label={what[0]?.toUpperCase() + what.slice(1)}
            columns={props.columns}
            rows={rows}
            rowId={({ id }) => String(id)}
            busy={list.isPlaceholderData}
            sort={{ key: filter.order_key, direction: filter.order_direction }}
            onSortChange={(sort) =>
              setFilter({
                order_key: sort?.key ?? null,
                order_direction: sort?.direction ?? null,
                page: null,
              })
            }
            empty={props.empty(
              filter.query !== "",
              <Button onClick={() => setFilter({ query: null, page: null })}>Clear search</Button>,
            )}
          />
        )}
      </Card>
      <Pager
        label={what}
        page={filter.page}
        hasNext={following.data !== undefined && rowsOf(following.data).length > 0}
        onPageChange={(page) => setFilter({ page: page || null })}
      />
    </>
  );
}

function useListFilter(orderKeys: readonly [string, ...string[]]) {
  const [parsers] = useState(() => ({
    query: parseAsString.withDefault(""),
    page: parseAsInteger.withDefault(0),
    order_key: parseAsStringLiteral(orderKeys).withDefault(orderKeys[0]),
    order_direction: parseAsStringLiteral(["asc", "desc"]).withDefault("asc"),
  }));
  return useQueryStates(parsers, { history: "push" });
}
