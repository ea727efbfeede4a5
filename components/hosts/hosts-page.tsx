"use client";

import { useQuery } from "@tanstack/react-query";
import { Download, Plus } from "lucide-react";
import Link from "next/link";
import { AsOfControl } from "#components/history/as-of-control.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { canWrite, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { ColumnsMenu } from "#components/ui/columns-menu.tsx";
import { DataTable } from "#components/ui/data-table.tsx";
import { Pagination } from "#components/ui/pagination.tsx";
import { plural } from "#lib/format.ts";
import { hostCountOptions, hostListOptions, hostReportUrl } from "#lib/hosts/client.ts";
import type { HostOrderKey } from "#lib/hosts/schema.ts";
import { COLUMN_IDS, DEFAULT_HIDDEN, HIDEABLE, hostColumns } from "./host-columns.tsx";
import { HostFilters } from "./host-filters.tsx";
import { HostSelection } from "./host-selection.tsx";
import { HostsEmpty } from "./hosts-empty.tsx";
import { PolicyPill } from "./policy-pill.tsx";
import { useHostFilters } from "./use-host-filters.ts";
import { useSelection } from "./use-selection.ts";

export function HostsPage() {
  const viewer = useViewer();
  const state = useHostFilters();
  const { filters, paging, hidden, change, clear, isFiltered } = state;
  const list = useQuery(hostListOptions(filters, paging));
  const count = useQuery(hostCountOptions(filters));
  const selection = useSelection(JSON.stringify(filters));
  const teamId = filters.team_id ?? null;
  const mayChange = canWrite(viewer, teamId);
  const mayChangeSome = viewer?.available_teams.some((team) => canWrite(viewer, team.id));

  return (
    <>
      <PageHeader
        title="Hosts"
        description={`${describeCount(count.data?.count, isFiltered)} ${teamName(viewer, teamId)}`}
        actions={
          <>
            <AsOfControl />
            {mayChange && (
              <Button variant="primary" asChild>
                <Link href={teamId === null ? "/hosts/add" : `/hosts/add?team_id=${teamId}`}>
                  <Plus aria-hidden />
                  Add hosts
                </Link>
              </Button>
            )}
          </>
        }
      />
      <div className="flex flex-col gap-3">
        <Toolbar
          end={
            <>
              <ColumnsMenu
                columns={HIDEABLE}
                hidden={hidden}
                defaultHidden={DEFAULT_HIDDEN}
                onHiddenChange={(hide) => change({ hide, page: paging.page })}
              />
              <Button asChild>
                <a href={hostReportUrl(filters, paging, visibleColumns(hidden))} download>
                  <Download aria-hidden className="text-muted" />
                  Export CSV
                </a>
              </Button>
            </>
          }
        >
          <HostFilters filters={filters} change={change} />
        </Toolbar>
        {filters.policy_id && (
          <PolicyPill policyId={filters.policy_id} filters={filters} change={change} />
        )}
        <Card flush>
          {list.isError && !list.data ? (
            <ErrorState
              title="The hosts could not be loaded"
              error={list.error}
              onRetry={() => list.refetch()}
              retrying={list.isFetching}
            />
          ) : (
            <DataTable
              label="Hosts"
              columns={hostColumns}
              rows={list.data?.hosts}
              rowId={(host) => String(host.id)}
              rowName={(host) => host.display_name}
              hiddenColumns={hidden}
              sort={{ key: paging.order_key, direction: paging.order_direction }}
              onSortChange={(sort) =>
                change({
                  order_key: (sort?.key as HostOrderKey | undefined) ?? null,
                  order_direction: sort?.direction ?? null,
                })
              }
              busy={list.isPlaceholderData}
              selected={
                selection.everything ? list.data?.hosts.map(({ id }) => String(id)) : selection.ids
              }
              onSelectedChange={mayChange || mayChangeSome ? selection.select : undefined}
              canSelect={(host) => canWrite(viewer, host.team_id)}
              empty={<HostsEmpty isFiltered={isFiltered} canAdd={mayChange} onClear={clear} />}
            />
          )}
        </Card>
        {!list.isLoadingError && (
          <Pagination
            one="host"
            many="hosts"
            page={paging.page}
            perPage={paging.per_page}
            total={count.data?.count}
            onPageChange={(page) => change({ page })}
            onPerPageChange={(per_page) => change({ per_page })}
          />
        )}
      </div>
      <HostSelection
        selected={selection.ids}
        everything={selection.everything}
        filters={filters}
        total={count.data?.count}
        onSelectEverything={mayChange ? selection.selectEverything : undefined}
        onClear={selection.clear}
      />
    </>
  );
}

type Viewer = ReturnType<typeof useViewer>;

function teamName(viewer: Viewer, teamId: number | null): string {
  if (teamId === null) return viewer?.user.global_role ? "in all teams" : "in your teams";
  if (teamId === 0) return "in no team";
  const team = viewer?.available_teams.find(({ id }) => id === teamId);
  return `in ${team?.name ?? "this team"}`;
}

function describeCount(count: number | undefined, isFiltered: boolean): string {
  if (count === undefined) return "Hosts";
  return isFiltered
    ? `${plural(count, "host")} that match${count === 1 ? "es" : ""}`
    : plural(count, "host");
}

const visibleColumns = (hidden: readonly string[]) =>
  COLUMN_IDS.filter((id) => !hidden.includes(id));
