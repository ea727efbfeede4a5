import { cpus } from "node:os";
import type { RowDataPacket } from "mysql2/promise";
import type { Database } from "#db/client.ts";
import type { ConsoleRequest } from "./console-requests.ts";
import { explain, recordStatements, shorten } from "./statements.ts";

export interface Timed {
  request: ConsoleRequest;
  milliseconds: number;
  /** Of this process and the database together. */
  processorMs: number;
}

const EXPLAINED = 12;

const addressOf = ({ path, params, query }: ConsoleRequest): string => {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => params[name] ?? "");
  const search = new URLSearchParams(query).toString();
  return decodeURIComponent(filled.replace("/api/v1", "") + (search ? `?${search}` : ""));
};

const slowestFirst = (all: readonly Timed[]) =>
  all.toSorted((a, b) => b.processorMs - a.processorMs);

/** What a request is one of: its order, or the names of its filters. */
function kindsOf({ path, query }: ConsoleRequest): string[] {
  const { order_key, order_direction: _, page, per_page: __, ...filters } = query;
  const names = Object.keys(filters);
  return [
    path,
    ...(order_key && names.length === 0 ? [`${path} sorted by ${order_key}`] : []),
    ...(names.length === 1 ? [`${path} filtered by ${names[0]}`] : []),
    ...(names.length > 1 ? [`${path} filtered by two`] : []),
    ...(page && page !== "0" ? [`${path} last pages`] : []),
  ];
}

function groups(all: readonly Timed[]): Map<string, Timed[]> {
  const found = new Map<string, Timed[]>();
  for (const one of all) {
    for (const kind of kindsOf(one.request)) found.set(kind, [...(found.get(kind) ?? []), one]);
  }
  return found;
}

function table(all: readonly Timed[]): string {
  const rows = [...groups(all)].map(([kind, members]) => {
    const times = slowestFirst(members).map((one) => Math.round(one.milliseconds));
    const work = Math.round(Math.max(...members.map((one) => one.processorMs)));
    return `| ${kind.replace("/api/v1", "")} | ${members.length} | ${times[times.length >> 1]} | ${times[0]} | ${work} |`;
  });
  return [
    "| What | Requests | Median, ms | Slowest, ms | Most work, ms |",
    "| --- | --- | --- | --- | --- |",
    ...rows,
  ].join("\n");
}

async function plans(
  db: Database,
  ask: (request: ConsoleRequest) => Promise<unknown>,
  { request, milliseconds, processorMs }: Timed,
): Promise<string> {
  const statements = await recordStatements(db, () => ask(request));
  const texts: string[] = [];
  for (const statement of statements) {
    if (statement.milliseconds < 2) continue;
    const plan = await explain(db, statement);
    texts.push(`${shorten(statement)}\n-- ${plan.replaceAll("\n", "\n-- ")}`);
  }
  return [
    `### ${addressOf(request)}: ${Math.round(milliseconds)} ms, work ${Math.round(processorMs)} ms`,
    "",
    "```sql",
    texts.join("\n\n"),
    "```",
  ].join("\n");
}

/** The slowest of all, and the slowest of every route that has one above `plainMs`. */
function explained(all: readonly Timed[]): Timed[] {
  const sorted = slowestFirst(all);
  const perRoute = new Map(sorted.toReversed().map((one) => [one.request.path, one]));
  const plainMs = 5;
  const chosen = [...sorted.slice(0, EXPLAINED), ...perRoute.values()];
  return slowestFirst([...new Set(chosen)].filter((one) => one.milliseconds > plainMs));
}

/** docs/performance-pages.md. */
export async function pagesReport(
  db: Database,
  ask: (request: ConsoleRequest) => Promise<unknown>,
  all: readonly Timed[],
): Promise<string> {
  const [[server]] = await db.$client.query<RowDataPacket[]>(
    "SELECT version() AS version, (SELECT count(*) FROM hosts) AS hosts, (SELECT count(*) FROM policy_membership) AS answers",
  );
  const sections: string[] = [];
  for (const one of explained(all)) sections.push(await plans(db, ask, one));
  return `# Pages

Made by \`npm run bench -- pages\`. Every list, filter, sort and count that the console can ask for, of
${server?.hosts} hosts with ${server?.answers} answers, through the route handlers in one process, with a warm
database: ${server?.version}, ${cpus().length} x ${cpus()[0]?.model}. Every order
is asked for both ways, every value of every filter in the usual order, one value of each filter in every order, and
the filters in pairs; each on its first and its last page of 50. Times are of the whole request; what took
more than 90 ms of work was asked three times more, and the median counts. Work is the time of processors that
the process and the database took together, which other programs on the machine do not stretch; parts of it run
at the same time on two processors.

${table(all)}

## Plans

The slowest requests and the slowest of each route, with the statements that took longer than 2 ms.

${sections.join("\n\n")}
`;
}
