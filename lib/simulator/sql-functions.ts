import { createHash } from "node:crypto";
import type { Database, SqlValue } from "sql.js";
import { versionCompare } from "./version-compare.ts";

/** sql.js turns a boolean into an integer and a number into a double: 1, but 1.0. */
type SqlFunction = (...values: SqlValue[]) => SqlValue | boolean;

const text = (value: SqlValue | undefined): string => String(value ?? "");

/** A pattern that does not compile is an SQL error on the agent too. */
function pattern(source: SqlValue | undefined): RegExp {
  return new RegExp(text(source));
}

function nth(parts: readonly (string | undefined)[], at: SqlValue | undefined): SqlValue {
  return parts[Number(at ?? 0)] ?? null;
}

/** Empty pieces are dropped, and every character of `tokens` separates, as in osquery's split(). */
function splitByAny(value: string, tokens: string): string[] {
  const pieces: string[] = [""];
  for (const character of value) {
    if (tokens.includes(character)) pieces.push("");
    else pieces[pieces.length - 1] += character;
  }
  return pieces.filter((piece) => piece !== "").map((piece) => piece.trim());
}

function ipv4Number(address: string): number | null {
  const parts = address.split(".").map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return null;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

function inCidrBlock(block: string, address: string): boolean {
  const [network = "", bits = "32"] = block.split("/");
  const [left, right] = [ipv4Number(network), ipv4Number(address)];
  if (left === null || right === null) return false;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(left / size) === Math.floor(right / size);
}

const digest = (algorithm: string) => (value: SqlValue) =>
  value === null ? null : createHash(algorithm).update(text(value)).digest("hex");

const decodeBase64 = (value: SqlValue) => Buffer.from(text(value), "base64").toString("utf8");
const encodeBase64 = (value: SqlValue) => Buffer.from(text(value)).toString("base64");

function isAscii(value: string): boolean {
  return Buffer.byteLength(value) === value.length;
}

const fixed: Record<string, SqlFunction> = {
  regex_match: (value, source, at) =>
    value === null ? null : nth(pattern(source).exec(text(value)) ?? [], at ?? 0),
  regex_split: (value, source, at) => nth(text(value).split(pattern(source)), at ?? 0),
  split: (value, tokens, at) => nth(splitByAny(text(value), text(tokens)), at ?? 0),
  inet_aton: (address) => ipv4Number(text(address)),
  in_cidr_block: (block, address) => inCidrBlock(text(block), text(address)),
  to_base64: (value) => encodeBase64(value ?? null),
  from_base64: (value) => decodeBase64(value ?? null),
  conditional_to_base64: (value) =>
    isAscii(text(value)) ? (value ?? null) : encodeBase64(value ?? null),
  md5: (value) => digest("md5")(value ?? null),
  sha1: (value) => digest("sha1")(value ?? null),
  sha256: (value) => digest("sha256")(value ?? null),
};

const arity: Record<string, number> = {
  regex_match: 3,
  regex_split: 3,
  split: 3,
  in_cidr_block: 2,
};

const variadic: Record<string, SqlFunction> = { version_compare: versionCompare };

/** sql.js takes the number of arguments from `length`; -1 tells SQLite that any number will do. */
function withArity(call: SqlFunction, length: number): SqlFunction {
  return Object.defineProperty((...values: SqlValue[]) => call(...values), "length", {
    value: length,
  });
}

/**
 * Adds osquery's own SQL functions that policies use. concat, concat_ws and the mathematical ones
 * are SQLite's. Missing against osquery: collations, community_id_v1, carve.
 */
export function registerOsqueryFunctions(database: Database): void {
  for (const [name, call] of Object.entries(fixed)) {
    database.create_function(name, withArity(call, arity[name] ?? 1));
  }
  for (const [name, call] of Object.entries(variadic)) {
    database.create_function(name, withArity(call, -1));
  }
}
