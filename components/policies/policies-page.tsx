"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import Link from "next/link";
import { useMemo, useState } from "react";
import { useSelection } from "#components/hosts/use-selection.ts";
import { ErrorState } from "#components/layout/error-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { SelectionBar } from "#components/layout/selection-bar.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { teamSearch } from "#components/layout/use-team.ts";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { plural } from "#lib/format.ts";
import { policyCountOptions, policyListOptions } from "#lib/policies/client.ts";
import { DeletePoliciesDialog } from "./delete-policies-dialog.tsx";
import { PoliciesEmpty } from "./policies-empty.tsx";
import { policyColumns } from "./policy-columns.tsx";
import { usePolicyList } from "./use-policy-list.ts";

export function PoliciesPage() {
  const viewer = useViewer();
  const { filter, change, sortBy } = usePolicyList();
  const { teamId, query } = filter;
  const list = useQuery(policyListOptions(filter));
  const count = useQuery(policyCountOptions({ teamId, query }));
  const selection = useSelection(`${teamId} ${query}`);
  const [deleting, setDeleting] = useState(false);
  const columns = useMemo(() => policyColumns(teamId), [teamId]);
  const mayWrite = canWrite(viewer, teamId);
  const newHref = mayWrite ? `/policies/new${teamSearch(teamId)}` : null;
  const ids = selection.ids.map(Number);
  return (
    <>
      <PageHeader
        title="Policies"
        description={audience(viewer, teamId)}
        actions={
          newHref && (
            <Button variant="primary" asChild>
              <Link href={newHref}>
                <Plus aria-hidden />
                New policy
              </Link>
            </Button>
          )
        }
      />
      <div className="flex flex-col gap-3">
        <Toolbar>
          <SearchInput
            value={query}
            onValueChange={(next) => change({ query: next || null })}
            placeholder="Search policies by name"
          />
        </Toolbar>
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
              onSortChange={sortBy}
              busy={list.isPlaceholderData}
              selected={selection.ids}
              onSelectedChange={mayWrite ? selection.select : undefined}
              canSelect={(policy) => policy.team_id === teamId}
              empty={
                <PoliciesEmpty
                  search={query}
                  onClear={() => change({ query: null })}
                  newHref={newHref}
                />
              }
            />
          )}
        </Card>
        <Pagination
          noun="policies"
          page={filter.page}
          perPage={filter.per_page}
          total={count.data?.count}
          onPageChange={(page) => change({ page })}
          onPerPageChange={(per_page) => change({ per_page })}
        />
      </div>
      <SelectionBar
        count={ids.length}
        noun={ids.length === 1 ? "policy" : "policies"}
        onClear={selection.clear}
      >
        <Button size="sm" variant="danger-quiet" onClick={() => setDeleting(true)}>
          <Trash2 aria-hidden />
          Delete
        </Button>
      </SelectionBar>
      <DeletePoliciesDialog
        open={deleting}
        onOpenChange={setDeleting}
        teamId={teamId}
        ids={ids}
        what={plural(ids.length, "policy", "policies")}
        onDone={selection.clear}
      />
    </>
  );
}

function audience(viewer: ReturnType<typeof useViewer>, teamId: number | null): string {
  if (teamId === null) return "Asked of the hosts of all teams. Choose a team to see its own.";
  if (teamId === 0) return "Asked of hosts in no team, and those inherited from all teams.";
  const name = viewer?.available_teams.find(({ id }) => id === teamId)?.name ?? "this team";
  return `Asked of the hosts of ${name}, and those inherited from all teams.`;
}
