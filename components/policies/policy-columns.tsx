import Link from "next/link";
import { platformList } from "#components/hosts/platform-name.ts";
import { teamSearch } from "#components/layout/use-team.ts";
import { Badge } from "#components/ui/badge.tsx";
import { cn } from "#components/ui/cn.ts";
import { PassRate } from "#components/ui/pass-rate.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { RowLink } from "#components/ui/row-link.tsx";
import type { State } from "#components/ui/state.ts";
import { columnsOf, type DataColumn } from "#components/ui/table-features.ts";
import { formatDuration, formatNumber, plural } from "#lib/format.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { countsOf, hostsHref } from "./policy-counts.ts";
import { TagList } from "./tag-list.tsx";

const column = columnsOf<PolicyJson>();

/** A number and where those hosts are listed; nobody follows a zero. */
function CountLink({ policy, state, teamId }: CountLinkProps) {
  const count = countsOf(policy)[state] ?? 0;
  if (count === 0) return <span className="text-faint">0</span>;
  const look = state === "fail" ? "text-fail" : state === "error" ? "text-error" : "text-ink";
  return (
    <Link
      href={hostsHref(policy.id, state, teamId)}
      aria-label={`${plural(count, "host")}: ${state} ${policy.name}`}
      className={cn(
        "relative z-10 -m-1.5 rounded-sm p-1.5 font-medium underline-offset-3 hover:underline",
        look,
      )}
    >
      {formatNumber(count)}
    </Link>
  );
}

interface CountLinkProps {
  policy: PolicyJson;
  state: State;
  teamId: number | null;
}

function PolicyName({ policy, teamId }: { policy: PolicyJson; teamId: number | null }) {
  const inherited = teamId !== null && policy.team_id === null;
  return (
    <div className="min-w-36 max-w-xl py-0.5">
      <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
        <RowLink href={`/policies/${policy.id}${teamSearch(teamId)}`}>{policy.name}</RowLink>
        {policy.critical && <Badge tone="accent">Critical</Badge>}
        {policy.paused_at && (
          <Badge tone="stale" title="No host is asked until it is resumed">
            Paused
          </Badge>
        )}
        {inherited && <Badge title="A policy of all teams">Inherited</Badge>}
      </span>
      {policy.description && (
        <span title={policy.description} className="line-clamp-1 wrap-anywhere text-muted text-xs">
          {policy.description}
        </span>
      )}
      <TagList tags={policy.tags} teamId={teamId} className="mt-1 max-sm:*:max-w-36" />
    </div>
  );
}

/** Ids are the API's order keys. `teamId` is the team whose hosts are counted. */
export function policyColumns(teamId: number | null): DataColumn<PolicyJson>[] {
  const count = (id: keyof PolicyJson, header: string, state: State) =>
    column.accessor(id, {
      id,
      header,
      cell: ({ row }) => <CountLink policy={row.original} state={state} teamId={teamId} />,
      meta: { align: "right", className: "w-16 sm:w-20" },
    });
  return [
    column.accessor("name", {
      id: "name",
      header: "Policy",
      cell: ({ row }) => <PolicyName policy={row.original} teamId={teamId} />,
    }),
    count("failing_host_count", "Fail", "fail"),
    count("passing_host_count", "Pass", "pass"),
    column.display({
      id: "states",
      header: "Hosts",
      cell: ({ row }) => <PassRate counts={countsOf(row.original)} className="min-w-32" />,
      meta: { hideBelow: "md", className: "w-48" },
    }),
    column.accessor("platform", {
      id: "platform",
      header: "Platforms",
      cell: ({ getValue }) => <span className="text-muted">{platformList(getValue())}</span>,
      meta: { hideBelow: "lg" },
    }),
    column.accessor("interval", {
      id: "interval",
      header: "Every",
      enableSorting: false,
      cell: ({ getValue }) => (
        <span className="whitespace-nowrap text-muted">
          {getValue() === null ? "Default" : formatDuration(getValue())}
        </span>
      ),
      meta: { label: "Interval", hideBelow: "xl" },
    }),
    column.accessor("updated_at", {
      id: "updated_at",
      header: "Updated",
      cell: ({ getValue }) => (
        <RelativeTime value={getValue()} className="whitespace-nowrap text-muted" />
      ),
      meta: { hideBelow: "xl" },
    }),
  ];
}
