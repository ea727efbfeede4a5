import { RelativeTime } from "#components/ui/relative-time.tsx";
import { RowLink } from "#components/ui/row-link.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import { formatNumber } from "#lib/format.ts";
import type { TeamJson } from "#lib/teams/schema.ts";

const column = columnsOf<TeamJson>();

export const TEAM_COLUMNS = [
  column.accessor("name", {
    header: "Name",
    cell: ({ row: { original: team } }) => (
      <span className="block py-1">
        <RowLink href={`/teams/${team.id}`}>{team.name}</RowLink>
        {team.description && (
          <span
            title={team.description}
            className="block max-w-md truncate text-muted text-xs max-sm:max-w-44"
          >
            {team.description}
          </span>
        )}
      </span>
    ),
  }),
  column.accessor("host_count", {
    header: "Hosts",
    meta: { align: "right", className: "w-28" },
    cell: ({ row }) => formatNumber(row.original.host_count),
  }),
  column.accessor("user_count", {
    header: "People",
    meta: { align: "right", className: "w-28" },
    cell: ({ row }) => formatNumber(row.original.user_count),
  }),
  column.accessor("created_at", {
    header: "Created",
    meta: { hideBelow: "md", className: "w-44" },
    cell: ({ row }) => <RelativeTime value={row.original.created_at} />,
  }),
];
