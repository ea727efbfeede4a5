import { FlappingBadge } from "#components/history/flapping-badge.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { RowLink } from "#components/ui/row-link.tsx";
import { columnsOf, type DataColumn } from "#components/ui/table-features.ts";
import { formatBytes, formatMemory } from "#lib/format.ts";
import type { HostJson } from "#lib/hosts/json.ts";
import { HostStatus } from "./host-status.tsx";
import { VerdictBadge } from "./verdict-badge.tsx";

const BYTES_PER_GIGABYTE = 1_000_000_000;

const column = columnsOf<HostJson>();

const dash = (text: string) => text || <span className="text-faint">–</span>;

/** A column of plain text that may be empty. */
const text = (key: "os_version" | "hardware_model" | "osquery_version", header: string) =>
  column.accessor(key, {
    id: key,
    header,
    cell: ({ getValue }) => (
      <span title={getValue()} className="block max-w-52 truncate">
        {dash(getValue())}
      </span>
    ),
  });

const mono = (
  key: "hardware_serial" | "primary_ip" | "primary_mac" | "uuid" | "hostname",
  header: string,
) =>
  column.accessor(key, {
    id: key,
    header,
    cell: ({ getValue }) => <span className="font-mono text-xs">{dash(getValue())}</span>,
  });

const time = (key: "seen_time" | "detail_updated_at" | "last_enrolled_at", header: string) =>
  column.accessor(key, {
    id: key,
    header,
    cell: ({ getValue }) => (
      <RelativeTime value={getValue()} className="whitespace-nowrap text-muted" />
    ),
  });

function HostName({ host }: { host: HostJson }) {
  return (
    <div className="min-w-36 max-w-52 sm:max-w-72">
      <RowLink href={`/hosts/${host.id}`} title={host.display_name} className="line-clamp-2">
        {host.display_name}
      </RowLink>
      <FlappingBadge changes={host.flapping_changes} />
      <span title={host.os_version} className="block truncate text-muted text-xs sm:hidden">
        {host.failing_policies_count > 0 && `${host.failing_policies_count} failing · `}
        {host.os_version}
      </span>
    </div>
  );
}

function Failing({ host }: { host: HostJson }) {
  const { failing_policies_count: all, failing_critical_policies_count: critical } = host;
  if (all === 0) return <span className="text-faint">0</span>;
  const title = critical > 0 ? `${critical} of them critical` : undefined;
  return (
    <span title={title} className="font-medium text-fail">
      {all}
      {critical > 0 && <span className="sr-only">, {title}</span>}
    </span>
  );
}

/** Ids are the API's order keys, and the report's column names. */
export const hostColumns: DataColumn<HostJson>[] = [
  column.accessor("display_name", {
    id: "display_name",
    header: "Host",
    cell: ({ row }) => <HostName host={row.original} />,
  }),
  column.accessor("status", {
    id: "status",
    header: "Status",
    cell: ({ row }) => <HostStatus host={row.original} />,
    meta: { hideBelow: "sm" },
  }),
  column.accessor("verdict", {
    id: "verdict",
    header: "Verdict",
    cell: ({ getValue }) => <VerdictBadge verdict={getValue()} />,
  }),
  column.accessor("failing_policies_count", {
    id: "failing_policies_count",
    header: "Failing",
    cell: ({ row }) => <Failing host={row.original} />,
    meta: { label: "Failing policies", align: "right", hideBelow: "sm" },
  }),
  column.accessor("team_name", {
    id: "team_name",
    header: "Team",
    cell: ({ getValue }) => (
      <span title={getValue() ?? undefined} className="block max-w-44 truncate">
        {dash(getValue() ?? "")}
      </span>
    ),
    meta: { hideBelow: "md" },
  }),
  { ...text("os_version", "Operating system"), meta: { hideBelow: "sm" } },
  { ...text("hardware_model", "Model"), meta: { hideBelow: "xl" } },
  mono("hardware_serial", "Serial number"),
  mono("primary_ip", "IP address"),
  mono("primary_mac", "MAC address"),
  mono("hostname", "Host name"),
  mono("uuid", "UUID"),
  column.accessor("memory", {
    id: "memory",
    header: "Memory",
    cell: ({ getValue }) => formatMemory(getValue()),
    meta: { align: "right" },
  }),
  column.accessor("gigs_disk_space_available", {
    id: "gigs_disk_space_available",
    header: "Disk free",
    cell: ({ getValue }) => formatBytes(getValue() * BYTES_PER_GIGABYTE),
    meta: { align: "right" },
  }),
  text("osquery_version", "osquery"),
  { ...time("seen_time", "Last seen"), meta: { hideBelow: "lg" } },
  time("detail_updated_at", "Details fetched"),
  time("last_enrolled_at", "Enrolled"),
];

export const DEFAULT_HIDDEN: readonly string[] = [
  "hardware_serial",
  "primary_ip",
  "primary_mac",
  "hostname",
  "uuid",
  "memory",
  "gigs_disk_space_available",
  "osquery_version",
  "detail_updated_at",
  "last_enrolled_at",
];

/** What the columns menu offers: all but the name. */
export const HIDEABLE = hostColumns.slice(1).map(({ id = "", header, meta }) => ({
  id,
  label: meta?.label ?? String(header),
}));

export const COLUMN_IDS = hostColumns.map(({ id = "" }) => id);
