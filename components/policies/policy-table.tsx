"use client";

import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import type { Sort } from "#components/ui/table-sort.ts";
import type { PolicyListFilter } from "#lib/policies/client.ts";
import type { PolicyJson, PolicyOrderKey } from "#lib/policies/schema.ts";
import { PoliciesEmpty } from "./policies-empty.tsx";
import { policyColumns } from "./policy-columns.tsx";

interface PolicyTableProps {
  list: UseQueryResult<{ policies: PolicyJson[] }>;
  filter: PolicyListFilter & { order_key: PolicyOrderKey; order_direction: "asc" | "desc" };
  onSortChange: (sort: Sort | null) => void;
  selected: readonly string[];
  /** Undefined for those who may change none. */
  onSelectedChange: ((ids: string[]) => void) | undefined;
  onClear: () => void;
  newHref: string | null;
}

export function PolicyTable(props: PolicyTableProps) {
  const { list, filter, newHref } = props;
  const { teamId, query = "", tag = "", framework = "" } = filter;
  const columns = useMemo(() => policyColumns(teamId), [teamId]);
  return (
    <Card flush>
      {list.isError && !list.data ? (
        <ErrorState
          title="The policies could not be loaded"
          error={list.error}
          onRetry={() => list.refetch()}
          retrying={list.isFetching}
        />
      ) : (
        <DataTable
          label="Policies"
          columns={columns}
          rows={list.data?.policies}
          rowId={(policy) => String(policy.id)}
          rowName={(policy) => policy.name}
          sort={{ key: filter.order_key, direction: filter.order_direction }}
          onSortChange={props.onSortChange}
          busy={list.isPlaceholderData}
          selected={props.selected}
          onSelectedChange={props.onSelectedChange}
          canSelect={(policy) => policy.team_id === teamId}
          empty={
            <PoliciesEmpty
              search={query}
              tag={tag || framework}
              onClear={props.onClear}
              newHref={newHref}
            />
          }
        />
      )}
    </Card>
  );
}
