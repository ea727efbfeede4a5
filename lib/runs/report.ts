import { type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { csvLines, csvResponse } from "#lib/http/csv.ts";
import { requireRun } from "./runs.ts";
import type { RunHostJson } from "./schema.ts";
import { serializeRunHost } from "./serialize.ts";
import { type RunHostFilter, type RunRow, selectRunHosts } from "./sql.ts";

/** Hosts read and written at a time: each may have 256 KB of rows. */
const HOSTS_PER_STEP = 50;
const COLUMNS_MAX = 200;

const HOST_COLUMNS = [
  "host_id",
  "hostname",
  "display_name",
  "platform",
  "team_id",
  "outcome",
  "error",
  "row_count",
  "wall_time_ms",
  "memory_bytes",
  "asked_at",
  "answered_at",
] as const satisfies (keyof RunHostJson)[];

/** A query may well ask for a hostname; two columns of one name are read as one. */
const titleOf = (column: string): string =>
  (HOST_COLUMNS as readonly string[]).includes(column) ? `answer_${column}` : column;

async function* steps(
  scope: TeamScope,
  run: RunRow,
  filter: RunHostFilter = {},
): AsyncGenerator<RunHostJson[]> {
  let afterHostId = 0;
  for (;;) {
    const paging = { limit: HOSTS_PER_STEP, offset: 0 };
    const rows = await selectRunHosts(
      database(),
      scope,
      run.id,
      { ...filter, afterHostId },
      paging,
    );
    yield rows.map((row) => serializeRunHost(run.kind, row));
    const last = rows.at(-1)?.answer.hostId;
    if (last === undefined || rows.length < HOSTS_PER_STEP) return;
    afterHostId = last;
  }
}

/** What `SELECT *` gives depends on the platform: no host stands for the others. */
async function answerColumns(scope: TeamScope, run: RunRow): Promise<string[]> {
  const names = new Set<string>();
  for await (const hosts of steps(scope, run, { state: "done", hasRows: true })) {
    for (const name of hosts.flatMap(({ rows }) => Object.keys(rows[0] ?? {}))) names.add(name);
    if (names.size >= COLUMNS_MAX) break;
  }
  return [...names].slice(0, COLUMNS_MAX);
}

async function* lines(scope: TeamScope, run: RunRow): AsyncGenerator<string> {
  const columns = await answerColumns(scope, run);
  yield csvLines([[...HOST_COLUMNS, ...columns.map(titleOf)]]);
  for await (const hosts of steps(scope, run)) {
    const all = hosts.flatMap((host) => {
      const about = HOST_COLUMNS.map((column) => host[column]);
      const rows = host.rows.length > 0 ? host.rows : [{} as Record<string, string>];
      return rows.map((row) => [...about, ...columns.map((column) => row[column] ?? "")]);
    });
    if (all.length > 0) yield csvLines(all);
  }
}

/** A run as CSV, a line per row of an answer and one for a host without, sent as it is made. */
export async function reportRun(viewer: Viewer, id: number): Promise<Response> {
  const scope = teamScope(viewer, "query:run");
  const run = await requireRun(viewer, id);
  return csvResponse(lines(scope, run), `Run ${id}.csv`);
}
