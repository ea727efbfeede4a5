import { gunzipSync } from "node:zlib";
import type { Row } from "./vitals.ts";

/**
 * What a body may have. Osquery has no bound of its own and sends a refused body again for ever,
 * so more than this is read to its end, thrown away, and answered as if taken.
 */
export const BODY_BYTES_MAX = 16 * 1024 * 1024;
/**
 * Objects and lists in a body: real rows have a hundred bytes and more. `[{},{},...]` would take thirty
 * times its size, and seconds.
 */
const NESTED_MAX = 250_000;
const [BRACE, BRACKET] = [0x7b, 0x5b];
/** Rows kept per answer: a policy needs to know one, details need a few dozen. */
const ROWS_MAX = 1_000;
const NODE_KEY_CHARACTERS_MAX = 255;
const MESSAGE_CHARACTERS_MAX = 1_000;

export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Gunzips within the bound; undefined when the bytes are no gzip or a bomb. Not in other threads: it is
 * a small part of what parsing takes, and in its place in line there is never more than one at a time.
 */
export function inflate(body: Buffer): Buffer | undefined {
  try {
    return gunzipSync(body, { maxOutputLength: BODY_BYTES_MAX });
  } catch {
    return undefined;
  }
}

/** Whether to parse it would take seconds and gigabytes. Braces in texts count too; nobody has so many. */
export function isTooDense(body: Buffer): boolean {
  // A shorter one cannot be.
  if (body.length <= NESTED_MAX) return false;
  let nested = 0;
  // By index: an iterator takes five times as long, 80 ms for the longest.
  for (let at = 0; at < body.length; at++) {
    if (body[at] === BRACE || body[at] === BRACKET) nested++;
  }
  return nested > NESTED_MAX;
}

/**
 * The JSON object of a body; undefined when it is none. Bytes that are not UTF-8 become U+FFFD:
 * osquery passes on what it finds on disks (contract: osquery-agent 4).
 */
export function parseBody(body: Buffer): Json | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString("utf8"));
    return isObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Every agent sends the key in the body; since osquery 5.23 it is in the header as well. */
export function nodeKeyOf(body: Json, authorization: string | undefined): string | undefined {
  const key = typeof body.node_key === "string" ? body.node_key : "";
  const found = key || authorization?.replace(/^NodeKey\s+/i, "") || "";
  return found !== "" && found.length <= NODE_KEY_CHARACTERS_MAX ? found : undefined;
}

/** Rows as osquery sends them. Failures come as "" instead of a list; other shapes count as none. */
export function rowsOf(value: unknown): Row[] {
  if (!Array.isArray(value)) return [];
  return value.slice(0, ROWS_MAX).filter(isObject).map(textRow);
}

/** How many rows `rowsOf` would make. */
export function rowCountOf(value: unknown): number {
  if (!Array.isArray(value)) return 0;
  let count = 0;
  for (const row of value.slice(0, ROWS_MAX)) if (isObject(row)) count++;
  return count;
}

export function textRow(value: Json): Row {
  const row: Row = {};
  for (const [column, cell] of Object.entries(value)) {
    if (typeof cell === "string") row[column] = cell;
    else if (typeof cell === "number" || typeof cell === "boolean") row[column] = String(cell);
  }
  return row;
}

/** A status as number or numeric text; missing is success; undefined when it is neither. */
export function statusOf(value: unknown): number | undefined {
  if (value === undefined || value === null) return 0;
  const number = typeof value === "number" ? value : Number(value === "" ? Number.NaN : value);
  return Number.isInteger(number) ? number : undefined;
}

export function messageOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, MESSAGE_CHARACTERS_MAX) : "";
}
