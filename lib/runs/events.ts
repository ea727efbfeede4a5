import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { isAppError } from "#lib/errors.ts";
import { streamOf } from "#lib/http/csv.ts";
import { getRun, requireRun } from "./runs.ts";
import { serializeRun, serializeRunHost, serializeTotals } from "./serialize.ts";
import { type RunRow, selectRunHosts } from "./sql.ts";
import { totalsOf } from "./totals.ts";
import { follow, type Step } from "./watch.ts";

/** Told when nothing happens, so that neither the browser nor a proxy takes the line for dead. */
const QUIET_MS = 5_000;
/** Rows of a host in an event; all that is kept is read from the run's hosts. */
const ROWS_TOLD_MAX = 20;

const eventOf = (name: string, data: unknown, id?: number): string =>
  `event: ${name}\n${id === undefined ? "" : `id: ${id}\n`}data: ${JSON.stringify(data)}\n\n`;

/**
 * A run as server-sent events: `hello` with the run and its totals, `hosts` as they answer, whatever
 * server took the answers, `totals` after them and while nothing happens, `done`. A client that was
 * cut off comes back with Last-Event-ID and may hear of a host twice.
 */
export async function streamRun(
  viewer: Viewer,
  id: number,
  { signal, lastEventId }: { signal: AbortSignal; lastEventId: string | null },
): Promise<Response> {
  const run = await requireRun(viewer, id);
  const sinceMs = /^\d{1,15}$/.test(lastEventId ?? "") ? Number(lastEventId) : 0;
  // The first step is taken here, where a refusal is still an answer of its own.
  const steps = follow({ viewer, runId: id, signal, quietMs: QUIET_MS, sinceMs });
  await steps.next();
  const body = streamOf(events(viewer, run, steps));
  return new Response(body, {
    headers: {
      "Content-Type": "text/event-stream; charset=utf-8",
      // no-transform: compression would hold events back.
      "Cache-Control": "no-store, no-transform",
      "X-Accel-Buffering": "no",
    },
  });
}

const helloOf = async (viewer: Viewer, id: number) => {
  const { run, totals, offline } = await getRun(viewer, id);
  return { run: serializeRun(run), totals: serializeTotals(totals), offline };
};

async function* events(
  viewer: Viewer,
  run: RunRow,
  steps: AsyncGenerator<Step>,
): AsyncGenerator<string> {
  try {
    yield eventOf("hello", await helloOf(viewer, run.id));
    for (let next = await steps.next(); !next.done; next = await steps.next()) {
      const step = next.value;
      if (step.kind === "hosts") yield await hostsEvents(run, step);
      else {
        const name = step.kind === "over" ? "done" : "totals";
        yield eventOf(name, await helloOf(step.viewer, run.id));
      }
    }
  } catch (error) {
    // Whoever may not follow any more is let go, and told why when they come again.
    if (!isAppError(error)) throw error;
  } finally {
    await steps.return(undefined);
  }
}

async function hostsEvents(
  run: RunRow,
  { hostIds, watch, viewer }: Extract<Step, { kind: "hosts" }>,
): Promise<string> {
  const scope = teamScope(viewer, "query:run");
  const paging = { limit: hostIds.length, offset: 0 };
  const rows = await selectRunHosts(database(), scope, run.id, { hostIds }, paging);
  const hosts = rows.map((row) => serializeRunHost(run.kind, row, ROWS_TOLD_MAX));
  const answeredMs = hostIds.map((hostId) => watch.hosts.get(hostId)?.answeredAt?.getTime() ?? 0);
  const totals = serializeTotals(totalsOf(run.kind, watch.hostsOf(scope)));
  return eventOf("hosts", { hosts }, Math.max(...answeredMs)) + eventOf("totals", { totals });
}
