import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "#db/client.ts";
import { readRoutes } from "../scripts/openapi.ts";
import { seedConsoleFleet, touchHosts } from "./console-fleet.ts";
import { type ConsoleRequest, consoleRoutes, type Query, requestsOf } from "./console-requests.ts";
import { processorClock } from "./cpu.ts";
import type { Figure } from "./figure.ts";
import { pagesReport, type Timed } from "./pages-report.ts";
import { makeToken } from "./token.ts";
import { withKeptWorld } from "./world.ts";

/** Less than hosts may be silent and online. */
const TOUCH_MS = 30_000;
/** What took less work than this is asked once: it cannot become the slowest. */
const SURE_MS = 90;
const RUNS = 3;
const REPORT = join(import.meta.dirname, "..", "docs", "performance-pages.md");

type Ask = (request: ConsoleRequest) => Promise<unknown>;

function asker(token: string): Ask {
  return async ({ path, handler, params, query }) => {
    const url = `http://127.0.0.1:8080${path}?${new URLSearchParams(query)}`;
    const request = new Request(url, { headers: { authorization: `Bearer ${token}` } });
    const response = await handler(request, { params: Promise.resolve(params) });
    const body = await response.json();
    // Not there, several by that name, not for people: answers like any other.
    if (![200, 404, 409, 422].includes(response.status))
      throw new Error(`${url}: ${JSON.stringify(body)}`);
    return body;
  };
}

type Took = Pick<Timed, "milliseconds" | "processorMs">;

async function timed(ask: Ask, request: ConsoleRequest, processor: () => number): Promise<Took> {
  const [startedAt, from] = [performance.now(), processor()];
  await ask(request);
  return { milliseconds: performance.now() - startedAt, processorMs: processor() - from };
}

const medianOf = (numbers: number[]) =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;

/** Medians, of requests that are not fast at once. */
async function measure(ask: Ask, request: ConsoleRequest, processor: () => number): Promise<Took> {
  const first = await timed(ask, request, processor);
  if ((first.processorMs || first.milliseconds) < SURE_MS) return first;
  const runs: Took[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await timed(ask, request, processor));
  return {
    milliseconds: medianOf(runs.map((run) => run.milliseconds)),
    processorMs: medianOf(runs.map((run) => run.processorMs)),
  };
}

/** The reference: what it takes this database to walk over all hosts once. */
export async function countHostsMs({ $client }: Database): Promise<number> {
  const runs: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startedAt = performance.now();
    await $client.query("SELECT count(*) FROM hosts FORCE INDEX (PRIMARY)");
    runs.push(performance.now() - startedAt);
  }
  return medianOf(runs);
}

/** Every list, filter, sort and count of the console on 100,000 hosts and 5,000,000 memberships. */
export function pages(): Promise<Figure[]> {
  return withKeptWorld(async (world) => {
    await seedConsoleFleet(world.db);
    const ask = asker(await makeToken(world));
    const processor = processorClock(world.databaseUrl);
    const routes = consoleRoutes(await readRoutes());
    const all: Timed[] = [];
    let touchedAt = performance.now();
    for (const route of routes) {
      const counts = routes.find((other) => other.path === `${route.path}/count`);
      const countOf = async (params: Query, query: Query) => {
        if (!counts) return LAST_ROWS[route.path] ?? 0;
        const body = await ask({ ...counts, params, query });
        return Number((body as { count?: number }).count ?? 0);
      };
      for await (const request of requestsOf(route, countOf)) {
        if (performance.now() - touchedAt > TOUCH_MS) {
          await touchHosts(world.db);
          touchedAt = performance.now();
        }
        all.push({ request, ...(await measure(ask, request, processor)) });
      }
      const own = all.filter((one) => one.request.path === route.path);
      const [slowest, most] = [slowestMs(own), mostMs(own)].map(Math.round);
      console.error(`${route.path}: ${own.length} requests, ${slowest} ms, processor ${most} ms`);
    }
    writeFileSync(REPORT, await pagesReport(world.db, ask, all));
    const reference = await countHostsMs(world.db);
    return [
      { name: "pages, slowest", value: slowestMs(all), unit: "ms", reference },
      { name: "pages, most work", value: mostMs(all), unit: "ms of processors" },
      { name: "pages, requests", value: all.length, unit: "different ones" },
    ];
  });
}

const slowestMs = (all: Timed[]) => Math.max(...all.map((one) => one.milliseconds));
const mostMs = (all: Timed[]) => Math.max(...all.map((one) => one.processorMs));

/** Lists that have no count beside them. */
const LAST_ROWS: Record<string, number> = { "/api/v1/fleet/activities": 200_000 };
