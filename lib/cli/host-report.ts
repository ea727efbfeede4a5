import { formatBytes, formatMemory, formatRelative } from "#lib/format.ts";
import type { HostDetailJson, HostJson, HostPolicyJson } from "#lib/hosts/json.ts";
import { type Column, facts, table } from "./table.ts";
import { type Colour, paint, printable, type Terminal } from "./terminal.ts";

const VERDICT_COLOURS: Record<HostJson["verdict"], Colour> = {
  pass: "green",
  fail: "red",
  unknown: "yellow",
};

const STATE_COLOURS: Record<HostPolicyJson["state"], Colour> = {
  pass: "green",
  fail: "red",
  error: "red",
  pending: "yellow",
  exempt: "dim",
  stale: "yellow",
  not_applicable: "dim",
};

const LIST_COLUMNS: readonly Column<HostJson>[] = [
  { title: "Host", value: ({ display_name }) => display_name, min: 24 },
  {
    title: "Status",
    value: ({ status }) => status,
    colour: ({ status }) => (status === "online" ? "green" : "dim"),
  },
  { title: "System", value: ({ os_version, platform }) => os_version || platform, min: 10 },
  { title: "Team", value: ({ team_name }) => team_name ?? "", min: 8 },
  {
    title: "Fail",
    value: ({ failing_policies_count }) => String(failing_policies_count),
    right: true,
  },
  {
    title: "Verdict",
    value: ({ verdict }) => verdict,
    colour: ({ verdict }) => VERDICT_COLOURS[verdict],
  },
  { title: "Seen", value: ({ seen_time }) => formatRelative(seen_time), min: 8 },
];

export const hostTable = (terminal: Terminal, hosts: readonly HostJson[]): string =>
  table(terminal, LIST_COLUMNS, hosts);

const POLICY_COLUMNS: readonly Column<HostPolicyJson>[] = [
  { title: "State", value: ({ state }) => state, colour: ({ state }) => STATE_COLOURS[state] },
  { title: "Policy", value: ({ name }) => name, min: 20 },
  { title: "Crit", value: ({ critical }) => (critical ? "yes" : "") },
  { title: "Since", value: ({ since }) => (since ? formatRelative(since) : ""), min: 10 },
  { title: "As of", value: ({ as_of }) => (as_of ? formatRelative(as_of) : ""), min: 10 },
];

function verdictOf(host: HostDetailJson): string {
  const { verdict, failing_policies_count: failing } = host;
  const critical = host.failing_critical_policies_count;
  return failing === 0 ? verdict : `${verdict} (${failing} failing, ${critical} critical)`;
}

function vitals(terminal: Terminal, host: HostDetailJson): string {
  const disk = host.gigs_total_disk_space
    ? `${formatBytes(host.gigs_disk_space_available * 1e9)} free of ${formatBytes(host.gigs_total_disk_space * 1e9)}`
    : "";
  const encrypted = { true: "encrypted", false: "not encrypted", null: "" };
  return facts(terminal, [
    ["Id", String(host.id)],
    ["Host name", host.hostname],
    ["UUID", host.uuid],
    ["Serial number", host.hardware_serial],
    ["System", host.os_version],
    ["Hardware", `${host.hardware_vendor} ${host.hardware_model}`.trim()],
    ["Memory", host.memory ? formatMemory(host.memory) : ""],
    ["Disk", [disk, encrypted[`${host.disk_encryption_enabled}`]].filter(Boolean).join(", ")],
    ["Address", host.primary_ip],
    ["Team", host.team_name ?? "no team"],
    ["osquery", host.osquery_version],
    ["Status", `${host.status}, seen ${formatRelative(host.seen_time)}`],
    ["Details", `as of ${formatRelative(host.detail_updated_at)}`],
    ["Refetch", host.refetch_requested ? "waiting for the host" : ""],
    ["Verdict", verdictOf(host)],
  ]);
}

/** One host with its policies, errors with what osquery said. */
export function hostPage(terminal: Terminal, host: HostDetailJson): string {
  const asked = host.policies.filter(({ state }) => state !== "not_applicable");
  const errors = asked.filter(({ state, error }) => state === "error" && error);
  return [
    paint(terminal, "bold", printable(host.display_name)),
    vitals(terminal, host),
    "",
    asked.length > 0 ? table(terminal, POLICY_COLUMNS, asked) : "No policy applies to this host.",
    ...errors.map(({ name, error }) => printable(`\n${name}: ${error}`)),
  ].join("\n");
}
