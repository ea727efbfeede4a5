import { type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { AppError, badRequest } from "#lib/errors.ts";
import { csvLines, csvResponse } from "#lib/http/csv.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import { orderOf, resolveFilters } from "./hosts.ts";
import type { HostJson } from "./json.ts";
import { readHostJson } from "./read.ts";
import type { HostReportOptions } from "./schema.ts";
import { selectHostIds } from "./selection.ts";

/** Rows read and written at a time: a report of any length takes the memory of this many. */
const ROWS_PER_STEP = 1_000;

const COLUMNS = [
  "created_at",
  "updated_at",
  "id",
  "detail_updated_at",
  "policy_updated_at",
  "last_enrolled_at",
  "seen_time",
  "refetch_requested",
  "hostname",
  "uuid",
  "platform",
  "osquery_version",
  "os_version",
  "build",
  "platform_like",
  "code_name",
  "uptime",
  "memory",
  "cpu_type",
  "cpu_subtype",
  "cpu_brand",
  "cpu_physical_cores",
  "cpu_logical_cores",
  "hardware_vendor",
  "hardware_model",
  "hardware_version",
  "hardware_serial",
  "computer_name",
  "display_name",
  "public_ip",
  "primary_ip",
  "primary_mac",
  "distributed_interval",
  "config_tls_refresh",
  "logger_tls_period",
  "team_id",
  "team_name",
  "gigs_disk_space_available",
  "percent_disk_space_available",
  "gigs_total_disk_space",
  "disk_encryption_enabled",
  "last_restarted_at",
  "status",
  "verdict",
  "failing_policies_count",
  "failing_critical_policies_count",
] as const satisfies (keyof HostJson)[];

type Column = (typeof COLUMNS)[number];

/** Fleet's console asks for the number of issues under the name of the object that holds it. */
const ALIASES: Record<string, Column> = {
  issues: "failing_policies_count",
  fleet_id: "team_id",
  fleet_name: "team_name",
};

interface Titled {
  title: string;
  column: Column;
}

function columnsOf(list: string): Titled[] {
  const names = list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
  if (names.length === 0) return COLUMNS.map((column) => ({ title: column, column }));
  return names.map((title) => {
    const column = COLUMNS.find((known) => known === title) ?? ALIASES[title];
    if (!column) throw badRequest(`invalid column name: "${title}"`);
    return { title, column };
  });
}

async function* lines(scope: TeamScope, ids: readonly number[], columns: Titled[], now: Date) {
  yield csvLines([columns.map(({ title }) => title)]);
  for (let at = 0; at < ids.length; at += ROWS_PER_STEP) {
    const hosts = await readHostJson(scope, ids.slice(at, at + ROWS_PER_STEP), now);
    yield csvLines(hosts.map((host) => columns.map(({ column }) => host[column])));
  }
}

/** All hosts of a list as CSV, sent as it is made. The ids are fixed when it starts. */
export async function reportHosts(viewer: Viewer, options: HostReportOptions): Promise<Response> {
  const scope = teamScope(viewer, "host:read");
  if (options.format !== "csv") {
    throw new AppError("unsupported_media", "format must be csv");
  }
  const columns = columnsOf(options.columns);
  const conditions = await resolveFilters(scope, options);
  const ids = await selectHostIds(await listDatabase(), scope, conditions, orderOf(options));
  const day = conditions.now.toISOString().slice(0, 10);
  const chunks = lines(scope, ids, columns, conditions.now);
  return csvResponse(chunks, `Hosts ${day}.csv`);
}
