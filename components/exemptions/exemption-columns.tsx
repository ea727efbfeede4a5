import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { columnsOf } from "#components/ui/table-features.ts";
import { ENDS_SOON_DAYS, type ExemptionJson } from "#lib/exemptions/schema.ts";
import { ExemptionMenu } from "./exemption-menu.tsx";

const column = columnsOf<ExemptionJson>();

const HREFS = {
  host: (id: number) => `/hosts/${id}`,
  label: (id: number) => `/hosts?label_id=${id}`,
  team: (id: number) => `/hosts?team_id=${id}`,
};
const TYPES = { host: "Host", label: "Label", team: "Team" };
const SOON_MS = ENDS_SOON_DAYS * 86_400_000;

function Ends({ exemption }: { exemption: ExemptionJson }) {
  if (exemption.ended_at) {
    return (
      <span>
        ended <RelativeTime value={exemption.ended_at} />
        {exemption.ended_by && <span className="block text-xs">by {exemption.ended_by}</span>}
      </span>
    );
  }
  const isSoon = Date.parse(exemption.expires_at) - Date.now() < SOON_MS;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2">
      <RelativeTime value={exemption.expires_at} />
      {isSoon && <Badge tone="error">Ends soon</Badge>}
    </span>
  );
}

export const EXEMPTION_COLUMNS = [
  column.display({
    id: "target",
    header: "Who",
    cell: ({ row: { original } }) => (
      <span className="block py-1">
        <Link
          href={HREFS[original.target.type](original.target.id)}
          className="wrap-anywhere block min-w-16 font-medium hover:underline"
        >
          {original.target.name}
        </Link>
        <span className="block text-muted text-xs">{TYPES[original.target.type]}</span>
      </span>
    ),
  }),
  column.accessor("policy_name", {
    header: "Policy",
    cell: ({ row: { original } }) => (
      <Link
        href={`/policies/${original.policy_id}`}
        className="wrap-anywhere block min-w-16 hover:underline"
      >
        {original.policy_name}
      </Link>
    ),
  }),
  column.display({
    id: "reason",
    header: "Reason",
    meta: { hideBelow: "md" },
    cell: ({ row: { original } }) => (
      <span className="block max-w-prose py-1">
        <span className="wrap-anywhere line-clamp-3" title={original.reason}>
          {original.reason}
        </span>
        <span className="block text-muted text-xs">
          {original.author_name}, <RelativeTime value={original.created_at} />
        </span>
      </span>
    ),
  }),
  column.accessor("expires_at", {
    header: "Ends",
    meta: { className: "w-40 max-sm:w-24" },
    cell: ({ row }) => <Ends exemption={row.original} />,
  }),
  column.display({
    id: "actions",
    header: () => <span className="sr-only">Actions</span>,
    meta: { label: "Actions", align: "right", className: "w-12" },
    cell: ({ row }) => <ExemptionMenu exemption={row.original} />,
  }),
];
