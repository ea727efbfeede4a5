import { asc } from "drizzle-orm";
import { expect, test } from "vitest";
import { hostSeen, hosts } from "#db/schema/hosts.ts";
import { difference, hostSet, idsOf, intersection, isIn, sizeOf, union } from "#lib/host-set.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { selectHostSet, selectSeenSet } from "./sql.ts";

const db = await testDatabase();

function setOf(ids: readonly number[]) {
  const blocks = new Map<number, number>();
  for (const id of ids) blocks.set(id >> 5, ((blocks.get(id >> 5) ?? 0) | (1 << (id & 31))) >>> 0);
  return hostSet([...blocks].map(([block, bits]) => ({ block, bits })));
}

const multiples = (of: number, below: number) =>
  Array.from({ length: Math.ceil(below / of) }, (_, n) => n * of);

test("sets have the ids they were made of, and combine like sets", () => {
  const [threes, fives] = [multiples(3, 1000), multiples(5, 200)];
  const [a, b] = [setOf(threes), setOf(fives)];
  expect(idsOf(a)).toEqual(threes);
  expect(sizeOf(a)).toBe(threes.length);
  expect(idsOf(intersection(a, b))).toEqual(multiples(15, 200));
  expect(idsOf(difference(b, a))).toEqual(fives.filter((id) => id % 3 !== 0));
  expect(idsOf(difference(a, b))).toEqual(threes.filter((id) => id % 5 !== 0 || id >= 200));
  const either = new Set([...threes, ...fives]);
  expect(idsOf(union(a, b))).toEqual([...either].sort((x, y) => x - y));
  expect(idsOf(setOf([]))).toEqual([]);
});

test("the database reads and finds the hosts of a set, however large it is", async () => {
  const made: number[] = [];
  for (let n = 0; n < 40; n++) made.push(await insertHost());
  expect(idsOf(await selectHostSet(db, undefined))).toEqual(made);
  const some = made.filter((id) => id % 3 === 0);
  const strangers = multiples(3, 6_000).map((n) => n + 50_000);
  for (const set of [setOf(some), setOf([...some, ...strangers])]) {
    expect(idsOf(await selectHostSet(db, isIn(set, hosts.id)))).toEqual(some);
    expect(idsOf(await selectSeenSet(db, isIn(set, hostSeen.hostId)))).toEqual(some);
    const rows = await db
      .select({ id: hosts.id })
      .from(hosts)
      .where(isIn(set, hosts.id))
      .orderBy(asc(hosts.id));
    expect(rows.map((row) => row.id)).toEqual(some);
  }
  expect(
    await db
      .select()
      .from(hosts)
      .where(isIn(setOf([]), hosts.id)),
  ).toEqual([]);
});
