import { inArray, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";

/**
 * Hosts by id, a bit each: bit `id & 7` of byte `id >> 3`.
 *
 * Lists join hosts with contacts and answers, which are kept apart because they are written all the
 * time. A join looks up each of 100,000 hosts in an index, which takes 300 ms; reading both tables
 * from end to end as bits and comparing the bits takes 60.
 */
export type HostSet = Buffer;

/** 32 hosts of a set. */
export interface HostBlock {
  block: number;
  bits: number;
}

/** Columns of a statement that reads a set; it is grouped by `block`. */
export const blocksOf = (id: MySqlColumn) => ({
  block: sql<number>`${id} >> 5`.as("block"),
  bits: bitsOf(id).as("bits"),
});

/** The hosts of a block for which `condition` is true. */
export const bitsOf = (id: MySqlColumn, condition?: SQL): SQL<number> =>
  condition
    ? sql<number>`bit_or(if(${condition}, 1 << (${id} & 31), 0))`
    : sql<number>`bit_or(1 << (${id} & 31))`;

export function hostSet(blocks: readonly HostBlock[]): HostSet {
  const last = blocks.reduce((most, { block }) => Math.max(most, block), -1);
  const set = Buffer.alloc((last + 1) * 4);
  for (const { block, bits } of blocks) set.writeUInt32LE(bits, block * 4);
  return set;
}

export function setOf(ids: readonly number[]): HostSet {
  const last = ids.reduce((most, id) => Math.max(most, id), -1);
  const set = Buffer.alloc((last >> 3) + 1);
  for (const id of ids) set[id >> 3] = byte(set, id >> 3) | (1 << (id & 7));
  return set;
}

export function intersection(a: HostSet, b: HostSet): HostSet {
  const both = Buffer.alloc(Math.min(a.length, b.length));
  for (let at = 0; at < both.length; at++) both[at] = byte(a, at) & byte(b, at);
  return both;
}

export function union(a: HostSet, b: HostSet): HostSet {
  const either = Buffer.alloc(Math.max(a.length, b.length));
  for (let at = 0; at < either.length; at++) either[at] = byte(a, at) | byte(b, at);
  return either;
}

/** Those of `a` that are not in `b`. */
export function difference(a: HostSet, b: HostSet): HostSet {
  const rest = Buffer.alloc(a.length);
  for (let at = 0; at < rest.length; at++) rest[at] = byte(a, at) & ~byte(b, at);
  return rest;
}

const byte = (set: HostSet, at: number) => set[at] ?? 0;

export const has = (set: HostSet, id: number): boolean =>
  ((byte(set, id >> 3) >> (id & 7)) & 1) === 1;

export function sizeOf(set: HostSet): number {
  let size = 0;
  for (let bits of set) for (; bits > 0; bits &= bits - 1) size++;
  return size;
}

export function idsOf(set: HostSet): number[] {
  const ids: number[] = [];
  for (const [at, bits] of set.entries()) {
    for (let bit = 0; bits >> bit > 0; bit++) if ((bits >> bit) & 1) ids.push(at * 8 + bit);
  }
  return ids;
}

/** Fewer are looked up one by one, which is faster than to look at every host. */
const LOOKED_UP_MAX = 1_000;
/** Ids up to 33 million. The statement carries two characters a byte, and 16 MiB are a packet. */
const SET_BYTES_MAX = 4 * 2 ** 20;

/** Whether a row is of a host of the set. */
export function isIn(set: HostSet, id: MySqlColumn): SQL {
  const size = sizeOf(set);
  if (size === 0) return sql`false`;
  if (size <= LOOKED_UP_MAX || set.length > SET_BYTES_MAX) return inArray(id, idsOf(set));
  return sql`ord(substr(${set}, (${id} >> 3) + 1, 1)) & (1 << (${id} & 7))`;
}
