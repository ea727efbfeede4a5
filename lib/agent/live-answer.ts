import { isObject, type Json, messageOf, statusOf, textRow } from "./input.ts";
import type { Row } from "./vitals.ts";

export const LIVE_PREFIX = "fleet_distributed_query_";

/** Answers to runs in one body: a host is handed fewer. */
const ANSWERS_MAX = 100;
const MESSAGE_CHARACTERS_MAX = 1_000;
/** Rows and their JSON that are kept of one host's answer; how many there were is kept too. */
const ROWS_KEPT_MAX = 1_000;
const ANSWER_BYTES_MAX = 256 * 1024;
/** Of all hosts of a run together, so that many hosts have a smaller part each. */
const RUN_BYTES_MAX = 128 * 1024 * 1024;
/** What the columns hold. */
const WALL_MS_MAX = 2 ** 32 - 1;
const MEMORY_BYTES_MAX = Number.MAX_SAFE_INTEGER;

/** Bytes of rows that are kept of each host's answer, of a run on so many. */
export const answerBytesMax = (hosts: number): number =>
  Math.min(ANSWER_BYTES_MAX, Math.floor(RUN_BYTES_MAX / Math.max(hosts, 1)));

export interface LiveAnswer {
  runId: number;
  status: number;
  message: string;
  /** How many rows there were; `rows` has the first of them. */
  rowCount: number;
  rows: Row[];
  wallMs: number | null;
  memoryBytes: number | null;
}

/** What a host's body says of runs. Anything malformed concerns that one answer alone. */
export function liveAnswersOf(body: Json): LiveAnswer[] {
  const queries = isObject(body.queries) ? body.queries : {};
  const statuses = isObject(body.statuses) ? body.statuses : {};
  const messages = isObject(body.messages) ? body.messages : {};
  const stats = isObject(body.stats) ? body.stats : {};
  const names = new Set([...Object.keys(queries), ...Object.keys(statuses)].filter(isLive));
  return [...names].slice(0, ANSWERS_MAX).flatMap((name) => {
    const runId = runIdOf(name);
    const status = statusOf(statuses[name]);
    if (runId === undefined || status === undefined) return [];
    const found = status === 0 ? rowsWithin(queries[name], answerBytesMax(1)) : NOTHING;
    const message =
      status === 0
        ? ""
        : messageOf(messages[name]).slice(0, MESSAGE_CHARACTERS_MAX) || "osquery gave no reason";
    return [{ runId, status, message, ...found, ...costOf(stats[name]) }];
  });
}

const isLive = (name: string) => name.startsWith(LIVE_PREFIX);

const NOTHING = { rows: [], rowCount: 0 };

function runIdOf(name: string): number | undefined {
  const digits = name.slice(LIVE_PREFIX.length);
  return /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : undefined;
}

/** The first rows that fit, and how many there are. */
function rowsWithin(value: unknown, bytesMax: number): { rows: Row[]; rowCount: number } {
  if (!Array.isArray(value)) return NOTHING;
  const all = value.filter(isObject);
  return {
    rows: firstRows(all.slice(0, ROWS_KEPT_MAX).map(textRow), bytesMax),
    rowCount: all.length,
  };
}

/** As many of the rows as their JSON has room. */
export function firstRows(rows: readonly Row[], bytesMax: number): Row[] {
  let bytes = 2;
  const end = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1;
    return bytes > bytesMax;
  });
  return end < 0 ? [...rows] : rows.slice(0, end);
}

/** osquery tells them since 5.8, and leaves them out where it could not measure. */
function costOf(stats: unknown): { wallMs: number | null; memoryBytes: number | null } {
  const told = isObject(stats) ? stats : {};
  return {
    wallMs: measureOf(told.wall_time_ms, WALL_MS_MAX),
    memoryBytes: measureOf(told.memory, MEMORY_BYTES_MAX),
  };
}

function measureOf(value: unknown, max: number): number | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  if (typeof number !== "number" || !(number >= 0)) return null;
  return Math.min(Math.round(number), max);
}
