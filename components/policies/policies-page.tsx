"use client";

import { useQuery } from "@tanstack/react-query";
import { Plus } from "lucide-react";
import Link from "next/link";
import { useMemo } from "react";
import { Automations } from "#components/automations/automations.tsx";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { useSelection } from "#components/hosts/use-selection.ts";
import { EditedElsewhere, useMayEdit } from "#components/layout/gitops.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { teamSearch } from "#components/layout/use-team.ts";
import { useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { policyCountOptions, policyListOptions, policyTagsOptions } from "#lib/policies/client.ts";
import { ImportPolicies } from "./import-dialog.tsx";
import { PolicyFilters, PolicyViewSwitch } from "./policy-filters.tsx";
import { PolicySelection } from "./policy-selection.tsx";
import { PolicyTable } from "./policy-table.tsx";
import { TagGroups } from "./tag-groups.tsx";
import { usePolicyList } from "./use-policy-list.ts";

export function PoliciesPage() {
  const viewer = useViewer();
  const state = usePolicyList();
  const { filter, view, change } = state;
  const { teamId, query, tag, framework } = filter;
  const mayEdit = useMayEdit(teamId);
  const tags = useQuery({ ...policyTagsOptions(teamId), refetchInterval: false }).data;
  const newHref = mayEdit ? `/policies/new${teamSearch(teamId)}` : null;
  return (
    <>
      <PageHeader
        title="Policies"
        description={audience(viewer, teamId)}
        actions={
          <>
            <AsOfControl />
            <Automations key={teamId} teamId={teamId} scope={nameOf(viewer, teamId)} />
            {mayEdit && <ImportPolicies teamId={teamId} into={nameOf(viewer, teamId)} />}
            {newHref && (
              <Button variant="primary" asChild>
                <Link href={newHref}>
                  <Plus aria-hidden />
                  New policy
                </Link>
              </Button>
            )}
          </>
        }
      />
      <EditedElsewhere teamId={teamId} what="Policies are" />
      <div className="flex flex-col gap-3">
        <Toolbar end={<PolicyViewSwitch view={view} change={change} />}>
          {view === "list" && <PolicyFilters filter={filter} change={change} tags={tags} />}
        </Toolbar>
        {view === "tags" ? (
          <TagGroups teamId={teamId} />
        ) : (
          <PolicyList
            key={JSON.stringify([teamId, query, tag, framework])}
            state={state}
            mayEdit={mayEdit}
            newHref={newHref}
          />
        )}
      </div>
    </>
  );
}

interface PolicyListProps {
  state: ReturnType<typeof usePolicyList>;
  mayEdit: boolean;
  newHref: string | null;
}

/** A list with other filters is another one, so what was chosen in the last does not carry over. */
function PolicyList({ state, mayEdit, newHref }: PolicyListProps) {
  const { filter, change, sortBy } = state;
  const list = useQuery(policyListOptions(filter));
  const count = useQuery(policyCountOptions(filter));
  const own = useQuery({
    ...policyCountOptions({ ...filter, inherited: false }),
    enabled: mayEdit,
  });
  const selection = useSelection("policies");
  const pageIds = useMemo(
    () =>
      (list.data?.policies ?? [])
        .filter((policy) => policy.team_id === filter.teamId)
        .map((policy) => String(policy.id)),
    [list.data, filter.teamId],
  );
  return (
    <>
      <PolicyTable
        list={list}
        filter={filter}
        onSortChange={sortBy}
        selected={selection.everything ? pageIds : selection.ids}
        onSelectedChange={mayEdit ? selection.select : undefined}
        onClear={() => change({ query: null, tag: null, framework: null })}
        newHref={newHref}
      />
      {!list.isLoadingError && (
        <Pagination
          one="policy"
          many="policies"
          page={filter.page}
          perPage={filter.per_page}
          total={count.data?.count}
          onPageChange={(page) => change({ page })}
          onPerPageChange={(per_page) => change({ per_page })}
        />
      )}
      <PolicySelection
        selected={selection.ids}
        everything={selection.everything}
        filter={filter}
        total={own.data?.count}
        onSelectEverything={selection.selectEverything}
        onClear={selection.clear}
      />
    </>
  );
}

function audience(viewer: ReturnType<typeof useViewer>, teamId: number | null): string {
  if (teamId === null) return "Asked of the hosts of all teams. Choose a team to see its own.";
  if (teamId === 0) return "Asked of hosts in no team, and those inherited from all teams.";
  return `Asked of the hosts of ${nameOf(viewer, teamId)}, and those inherited from all teams.`;
}

function nameOf(viewer: ReturnType<typeof useViewer>, teamId: number | null): string {
  if (teamId === null) return "all teams";
  if (teamId === 0) return "no team";
  return viewer?.available_teams.find(({ id }) => id === teamId)?.name ?? "this team";
}
