import { createHash } from "node:crypto";
import type { QueryCost } from "./cost.ts";
import type { QueryOutcome, ResultRow } from "./engine.ts";
import { isObject, type JsonObject } from "./transport.ts";

interface Result {
  rows: ResultRow[];
  status: 0 | 1;
  message: string;
  stats: JsonObject;
}

/**
 * An agent's distributed queries without the wire. Queue and marks outlive a worker's death, as
 * osquery keeps them in its database; results do not, as osquery keeps them in memory.
 */
export interface DistributedWork {
  /** Takes a read's answer. A reason comes back when some or all of it was dropped. */
  accept(body: JsonObject): string | undefined;
  /** Runs all that is queued. "killed": the watchdog ended the worker and results are lost. */
  runQueued(): "done" | "killed";
  hasResults(): boolean;
  /** What a write sends: every result not yet acknowledged. */
  writeBody(): JsonObject;
  acknowledged(): void;
  accelerated(): boolean;
}

export interface DistributedWorkOptions {
  run: (sql: string) => QueryOutcome;
  nowMilliseconds: () => number;
  onQuery: (id: string, sql: string) => void;
  /** What a query is said to have cost. */
  costOf: (sql: string) => QueryCost;
}

/** `--distributed_denylist_duration`. */
const denylistMilliseconds = 86_400_000;

export function createDistributedWork(options: DistributedWorkOptions): DistributedWork {
  const { run, nowMilliseconds } = options;
  const queued = new Map<string, string>();
  const results = new Map<string, Result>();
  /** SHA-256 of a running query's text -> when it began. One that stays marks a query that killed. */
  const marks = new Map<string, number>();
  let acceleratedUntil = 0;

  const accept = (body: JsonObject) => {
    const refused = discover(body.discovery, run);
    if (typeof refused === "string") return refused;
    for (const [id, sql] of entries(body.queries)) {
      if (id === "" || typeof sql !== "string" || sql === "") {
        return "Distributed query does not have a name or query";
      }
      if (!refused.has(id)) queued.set(id, sql);
    }
    if (Number.isInteger(body.accelerate)) {
      acceleratedUntil = nowMilliseconds() + Number(body.accelerate) * 1000;
    }
    return undefined;
  };

  const runOne = (id: string, sql: string): "done" | "killed" => {
    const mark = createHash("sha256").update(sql).digest("hex");
    const markedAt = marks.get(mark);
    if (markedAt !== undefined && nowMilliseconds() - markedAt < denylistMilliseconds) {
      results.set(id, failure("distributed query is denylisted", {}));
      return "done";
    }
    marks.set(mark, nowMilliseconds());
    options.onQuery(id, sql);
    const outcome = run(sql);
    if (outcome.kind === "killed") return "killed";
    marks.delete(mark);
    results.set(id, toResult(outcome, options.costOf(sql)));
    return "done";
  };

  const runQueued = () => {
    // The row leaves the queue before it runs, so that a query that kills is not tried for ever.
    for (let id = firstOf(queued); id !== undefined; id = firstOf(queued)) {
      const sql = queued.get(id) ?? "";
      queued.delete(id);
      if (runOne(id, sql) === "killed") {
        results.clear();
        return "killed";
      }
    }
    forgetOld(marks, nowMilliseconds() - denylistMilliseconds);
    return "done";
  };

  return {
    accept,
    runQueued,
    hasResults: () => results.size > 0,
    writeBody: () => bodyOf(results),
    acknowledged: () => results.clear(),
    accelerated: () => nowMilliseconds() < acceleratedUntil,
  };
}

/** Ids whose discovery found nothing, or why the whole answer must be dropped. */
function discover(
  discovery: unknown,
  run: (sql: string) => QueryOutcome,
): ReadonlySet<string> | string {
  const refused = new Set<string>();
  for (const [id, sql] of entries(discovery)) {
    if (id === "" || typeof sql !== "string" || sql === "") {
      return "Distributed discovery query is not a string";
    }
    const outcome = run(sql);
    if (outcome.kind !== "rows") return "Distributed discovery query has an SQL error";
    if (outcome.rows.length === 0) refused.add(id);
  }
  return refused;
}

function entries(value: unknown): [string, unknown][] {
  return isObject(value) ? Object.entries(value) : [];
}

/** RocksDB iterates keys in byte order. */
function firstOf(queued: ReadonlyMap<string, string>): string | undefined {
  return [...queued.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))[0];
}

function forgetOld(marks: Map<string, number>, before: number): void {
  for (const [mark, markedAt] of marks) if (markedAt <= before) marks.delete(mark);
}

function failure(message: string, stats: JsonObject): Result {
  return { rows: [], status: 1, message, stats };
}

function toResult(outcome: QueryOutcome, { wallMs, memoryBytes }: QueryCost): Result {
  const userMs = Math.round(wallMs * 0.7);
  const stats = {
    ...{ wall_time_ms: wallMs, user_time: userMs, system_time: wallMs - userMs },
    memory: memoryBytes,
  };
  if (outcome.kind === "rows") return { rows: outcome.rows, status: 0, message: "", stats };
  return failure(outcome.kind === "error" ? outcome.message : "", stats);
}

function bodyOf(results: ReadonlyMap<string, Result>): JsonObject {
  const column = <T>(read: (result: Result) => T) =>
    Object.fromEntries(Array.from(results, ([id, result]) => [id, read(result)]));
  return {
    queries: column((result) => result.rows),
    statuses: column((result) => result.status),
    messages: column((result) => result.message),
    stats: column((result) => result.stats),
  };
}
