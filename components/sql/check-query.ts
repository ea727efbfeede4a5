import type { SqlCheck } from "#lib/osquery/check.ts";
import type { OsqueryTable } from "#lib/osquery/tables.ts";
import { fetchCheck } from "#lib/tables/client.ts";
import type { CheckAnswer, CheckRequest } from "./check-worker.ts";

/** SQLite in WebAssembly takes a second to arrive on a slow line; then an answer takes milliseconds. */
const PATIENCE_MS = 10_000;

interface Waiting {
  resolve: (check: SqlCheck) => void;
  reject: (reason: Error) => void;
}

interface Checker {
  worker: Worker;
  /** What it was told of extensions' tables. */
  learned: readonly OsqueryTable[];
  waiting: Map<number, Waiting>;
}

/** One for the page's life; undefined again after it failed. */
let running: Checker | undefined;
let lastId = 0;
/** A browser that cannot run the worker asks the server, and does not try again. */
let unable = false;

function start(): Checker {
  const worker = new Worker(new URL("./check-worker.ts", import.meta.url), { type: "module" });
  const waiting = new Map<number, Waiting>();
  worker.onmessage = ({ data }: MessageEvent<CheckAnswer>) => {
    const asked = waiting.get(data.id);
    waiting.delete(data.id);
    if ("check" in data) asked?.resolve(data.check);
    else asked?.reject(new Error(data.failure));
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { reject } of waiting.values()) reject(new Error("the worker failed"));
  };
  return { worker, waiting, learned: [] };
}

function askWorker(query: string, learned: readonly OsqueryTable[]): Promise<SqlCheck> {
  running ??= start();
  const { worker, waiting } = running;
  lastId += 1;
  const request: CheckRequest = { id: lastId, query };
  if (running.learned !== learned) request.learned = learned;
  running.learned = learned;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the worker is silent")), PATIENCE_MS);
    const settle =
      <T>(done: (value: T) => void) =>
      (value: T) => {
        clearTimeout(timer);
        done(value);
      };
    waiting.set(request.id, { resolve: settle(resolve), reject: settle(reject) });
    worker.postMessage(request);
  });
}

/** What osquery with these extensions' tables would make of a query: by SQLite in a worker of this browser, else by the server. */
export async function checkQuery(
  query: string,
  learned: readonly OsqueryTable[],
): Promise<SqlCheck> {
  if (unable) return fetchCheck(query);
  return askWorker(query, learned).catch(() => {
    unable = true;
    running?.worker.terminate();
    running = undefined;
    return fetchCheck(query);
  });
}
