"use client";

import { useQuery } from "@tanstack/react-query";
import { Tags } from "lucide-react";
import Link from "next/link";
import { parseAsInteger, parseAsString, useQueryStates } from "nuqs";
import { useMemo } from "react";
import { LABEL_KINDS } from "#components/labels/label-kind.ts";
import { RowLink } from "#components/ui/row-link.tsx";
import { SearchInput } from "#components/ui/search-input.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import { formatDateTime, formatNumber } from "#lib/format.ts";
import { labelsThenOptions, labelThenOptions } from "#lib/history/client.ts";
import type { LabelFactsThenJson } from "#lib/history/label-as-of-schema.ts";
import { NoCounts } from "./no-counts.tsx";
import { ThenFrame } from "./then-frame.tsx";
import { ThenList } from "./then-list.tsx";
import { asOfSearch } from "./use-as-of.ts";

const column = columnsOf<LabelFactsThenJson>();
const PARSERS = {
  query: parseAsString.withDefault(""),
  page: parseAsInteger.withDefault(0),
  per_page: parseAsInteger.withDefault(20),
};

/** The labels, and how many hosts were members then. */
export function LabelsThen({ asOf }: { asOf: string }) {
  const [filter, setFilter] = useQueryStates(PARSERS);
  const list = useQuery(labelsThenOptions(asOf, filter));
  const columns = useMemo(() => columnsAt(asOf), [asOf]);
  return (
    <ThenFrame
      title="Labels"
      description="By the rules that were in force then; deleted ones too."
      asOf={asOf}
      what="the labels"
      result={list}
    >
      <ThenList
        one="label"
        many="labels"
        icon={<Tags />}
        filters={
          <SearchInput
            value={filter.query}
            onValueChange={(query) => setFilter({ query: query || null, page: null })}
            placeholder="Search labels"
          />
        }
        filter={filter}
        onFilterChange={setFilter}
        columns={columns}
        rows={list.data?.labels}
        busy={list.isPlaceholderData}
        total={list.data?.count}
      />
    </ThenFrame>
  );
}

const columnsAt = (asOf: string) => [
  column.accessor("name", {
    header: "Name",
    enableSorting: false,
    cell: ({ row: { original: label } }) => (
      <RowLink href={`/labels/${label.id}?${asOfSearch(asOf)}`}>{label.name}</RowLink>
    ),
  }),
  column.accessor("label_membership_type", {
    header: "Members",
    enableSorting: false,
    meta: { hideBelow: "sm", className: "w-28" },
    cell: ({ getValue }) => LABEL_KINDS[getValue()].label,
  }),
  column.display({
    id: "hosts",
    header: "Hosts",
    meta: { align: "right", className: "w-24" },
    cell: ({ row }) => <HostsOf id={row.original.id} asOf={asOf} />,
  }),
  column.display({
    id: "policies",
    header: "Policies",
    meta: { align: "right", className: "w-24" },
    cell: ({ row }) => <PoliciesOf id={row.original.id} asOf={asOf} />,
  }),
  column.accessor("ended_at", {
    header: "Until",
    enableSorting: false,
    meta: { hideBelow: "md", className: "w-44" },
    cell: ({ getValue }) => (
      <span className="whitespace-nowrap text-muted">
        {getValue() ? formatDateTime(getValue()) : "still so"}
      </span>
    ),
  }),
];

interface CellProps {
  id: number;
  asOf: string;
}

function HostsOf({ id, asOf }: CellProps) {
  const { data, isError } = useQuery(labelThenOptions(asOf, id));
  if (!data) return <NoCounts isError={isError} />;
  return (
    <Link
      href={`/hosts?label_id=${id}&${asOfSearch(asOf)}`}
      className="relative z-1 underline-offset-3 hover:underline"
    >
      {formatNumber(data.label.host_count)}
    </Link>
  );
}

function PoliciesOf({ id, asOf }: CellProps) {
  const { data, isError } = useQuery(labelThenOptions(asOf, id));
  if (!data) return <NoCounts isError={isError} />;
  return formatNumber(data.label.policies.length);
}
