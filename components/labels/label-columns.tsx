import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { RowLink } from "#components/ui/row-link.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import { formatNumber } from "#lib/format.ts";
import type { LabelJson } from "#lib/labels/schema.ts";
import { LABEL_KINDS } from "./label-kind.ts";

const column = columnsOf<LabelJson>();

export const LABEL_COLUMNS = [
  column.accessor("name", {
    header: "Name",
    cell: ({ row: { original: label } }) => (
      <span className="block py-1">
        <span className="flex flex-wrap items-center gap-x-2">
          <RowLink href={`/labels/${label.id}`}>{label.name}</RowLink>
          {label.label_type === "builtin" && <Badge>Built in</Badge>}
        </span>
        {label.description && (
          <span
            title={label.description}
            className="block max-w-md truncate text-muted text-xs max-sm:max-w-44"
          >
            {label.description}
          </span>
        )}
      </span>
    ),
  }),
  column.accessor("label_membership_type", {
    header: "Members",
    enableSorting: false,
    meta: { hideBelow: "sm", className: "w-28" },
    cell: ({ row }) => LABEL_KINDS[row.original.label_membership_type].label,
  }),
  column.accessor("host_count", {
    header: "Hosts",
    enableSorting: false,
    meta: { align: "right", className: "w-24" },
    cell: ({ row: { original: label } }) => (
      <Link
        href={`/hosts?label_id=${label.id}`}
        className="relative z-1 underline-offset-3 hover:underline"
      >
        {formatNumber(label.host_count)}
      </Link>
    ),
  }),
  column.accessor("policy_count", {
    header: "Policies",
    enableSorting: false,
    meta: { align: "right", className: "w-24" },
    cell: ({ row }) => formatNumber(row.original.policy_count),
  }),
  column.accessor("updated_at", {
    header: "Updated",
    meta: { hideBelow: "md", className: "w-44" },
    cell: ({ row }) => <RelativeTime value={row.original.updated_at} />,
  }),
];
