"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ShieldCheck } from "lucide-react";
import Link from "next/link";
import {
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryState,
  useQueryStates,
} from "nuqs";
import { useMemo } from "react";
import { useTeam } from "#components/layout/use-team.ts";
import { countsOf, hostsHref } from "#components/policies/policy-counts.ts";
import { PolicyFilters, PolicyViewSwitch } from "#components/policies/policy-filters.tsx";
import type { PolicyListState } from "#components/policies/use-policy-list.ts";
import { Badge } from "#components/ui/badge.tsx";
import { PassRate } from "#components/ui/pass-rate.tsx";
import { RowLink } from "#components/ui/row-link.tsx";
import type { State } from "#components/ui/state.ts";
import { columnsOf } from "#components/ui/table-features.ts";
import { formatNumber, plural } from "#lib/format.ts";
import type { PolicyFactsThenJson } from "#lib/history/as-of-schema.ts";
import { policiesThenOptions, policyThenOptions, tagsThenOptions } from "#lib/history/client.ts";
import { NoCounts } from "./no-counts.tsx";
import { TagsThen } from "./tags-then.tsx";
import { ThenFrame } from "./then-frame.tsx";
import { ThenList } from "./then-list.tsx";
import { asOfSearch } from "./use-as-of.ts";

const column = columnsOf<PolicyFactsThenJson>();
const PARSERS = {
  query: parseAsString.withDefault(""),
  tag: parseAsString.withDefault(""),
  framework: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(0),
  per_page: parseAsInteger.withDefault(20),
};

const VIEW = parseAsStringLiteral(["list", "tags"]).withDefault("list");

/** The policies and their counts as they were. */
export function PoliciesThen({ asOf }: { asOf: string }) {
  const [view, setView] = useQueryState("view", VIEW);
  const change: PolicyListState["change"] = (next) => void setView(next.view ?? null);
  if (view === "tags") return <TagsThen asOf={asOf} change={change} />;
  return <ListThen asOf={asOf} change={change} />;
}

interface ListThenProps extends Pick<PolicyListState, "change"> {
  asOf: string;
}

function ListThen({ asOf, change }: ListThenProps) {
  const [teamId] = useTeam();
  const [filter, setFilter] = useQueryStates(PARSERS);
  const list = useQuery(policiesThenOptions(asOf, teamId, filter));
  const tags = useQuery({
    ...tagsThenOptions(asOf, teamId),
    // Or the filter would be gone for a moment.
    placeholderData: keepPreviousData,
  }).data;
  const columns = useMemo(() => columnsAt(asOf, teamId), [asOf, teamId]);
  return (
    <ThenFrame
      title="Policies"
      asOf={asOf}
      what="the policies"
      result={list}
      description="With the SQL that was in force then; deleted ones too."
    >
      <ThenList
        one="policy"
        many="policies"
        icon={<ShieldCheck />}
        filters={
          <PolicyFilters
            filter={filter}
            change={(next) => setFilter({ ...next, page: null })}
            tags={tags}
          />
        }
        end={<PolicyViewSwitch view="list" change={change} />}
        filter={filter}
        onFilterChange={setFilter}
        columns={columns}
        rows={list.data?.policies}
        busy={list.isPlaceholderData}
        total={list.data?.count}
      />
    </ThenFrame>
  );
}

const columnsAt = (asOf: string, teamId: number | null) => [
  column.accessor("name", {
    header: "Name",
    enableSorting: false,
    cell: ({ row }) => <PolicyName policy={row.original} asOf={asOf} teamId={teamId} />,
  }),
  column.display({
    id: "rate",
    header: "Pass rate",
    cell: ({ row }) => <RateThen policy={row.original} asOf={asOf} teamId={teamId} />,
    meta: { hideBelow: "md" },
  }),
  ...COUNTS.map(([state, label]) =>
    column.display({
      id: state,
      header: label,
      cell: ({ row }) => (
        <CountThen policy={row.original} state={state} asOf={asOf} teamId={teamId} />
      ),
      meta: { align: "right", hideBelow: state === "fail" ? undefined : "lg" },
    }),
  ),
];

const COUNTS: readonly (readonly [State, string])[] = [
  ["fail", "Failing"],
  ["error", "Errors"],
  ["pending", "Pending"],
  ["exempt", "Exempt"],
];

interface NameProps {
  policy: PolicyFactsThenJson;
  asOf: string;
  teamId: number | null;
}

function PolicyName({ policy, asOf, teamId }: NameProps) {
  const team = teamId === null ? "" : `&team_id=${teamId}`;
  return (
    <span className="flex min-w-36 flex-wrap items-center gap-x-2 gap-y-1 py-0.5">
      <RowLink href={`/policies/${policy.id}?${asOfSearch(asOf)}${team}`}>{policy.name}</RowLink>
      {policy.critical && <Badge tone="accent">Critical</Badge>}
      {policy.paused && <Badge tone="stale">Paused</Badge>}
    </span>
  );
}

/** The list is there before the counts, which come one policy after the other. */
function useCounts({ policy, asOf, teamId }: NameProps) {
  const { data, isError, isPlaceholderData } = useQuery(policyThenOptions(asOf, policy.id, teamId));
  // Those of another moment, which are shown elsewhere until the right ones come, are wrong in this list.
  return { counts: data && !isPlaceholderData ? countsOf(data.policy) : undefined, isError };
}

function RateThen(props: NameProps) {
  const { counts, isError } = useCounts(props);
  return counts ? <PassRate counts={counts} /> : <NoCounts isError={isError} />;
}

function CountThen({ state, ...props }: NameProps & { state: State }) {
  const { counts, isError } = useCounts(props);
  if (!counts) return <NoCounts isError={isError} />;
  const { policy, asOf, teamId } = props;
  const count = counts[state] ?? 0;
  if (count === 0) return <span className="text-faint">0</span>;
  return (
    <Link
      href={`${hostsHref(policy.id, state, teamId)}&${asOfSearch(asOf)}`}
      aria-label={`${plural(count, "host")}: ${state} ${policy.name}`}
      className="relative z-10 -m-1.5 rounded-sm p-1.5 font-medium underline-offset-3 hover:underline"
    >
      {formatNumber(count)}
    </Link>
  );
}
