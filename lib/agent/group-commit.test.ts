import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, expect, test, vi } from "vitest";
import { outage } from "#db/outage.ts";
import { createLog } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { GroupCommit } from "./group-commit.ts";

interface Item {
  hostId: number;
  text: string;
}

const POISON = "poison";

/** A database whose transactions end when the test says so; one with poison in it fails. */
function slowDatabase(options: { batchMax?: number; waitingMax?: number } = {}) {
  const running: { texts: string[]; end: (error?: Error) => void }[] = [];
  const committed: string[] = [];
  const lines: string[] = [];
  const metrics = createMetrics();
  /** Undefined when there is no such series yet, in which Prometheus would not see the first. */
  const failures = async () => (await metrics.commitFailures.get()).values[0]?.value;
  const buffer = new GroupCommit<Item>({
    ...{ name: "test", batchMax: 10, waitingMax: 100, ...options },
    metrics,
    log: createLog("info", { write: (line) => void lines.push(line) }),
    isOutage: (error) => error instanceof Error && error.message === "away",
    commit: async (items) => {
      const texts = items.map(({ text }) => text);
      await new Promise<void>((done, failed) => {
        running.push({ texts, end: (error) => (error ? failed(error) : done()) });
      });
      if (texts.includes(POISON)) throw new Error(POISON);
      committed.push(...texts);
    },
  });
  /** Of each item added, in order: what it was told, or that it was not yet. */
  const told: string[] = [];
  const add = (hostId: number, text = `${hostId}`) => {
    const at = told.push("waits") - 1;
    buffer.add({ hostId, text }).then(
      () => (told[at] = "done"),
      (error: Error) => (told[at] = error.message),
    );
  };
  const under = () => running.map(({ texts }) => texts);
  /** Ends the oldest transaction. */
  const end = async (error?: Error) => {
    running.shift()?.end(error);
    await settled();
  };
  return { buffer, add, told, under, end, committed, lines, failures };
}

/** What follows from what was done has happened. */
async function settled(): Promise<void> {
  for (let n = 0; n < 3; n++) await nextTurn();
}

afterEach(() => void vi.useRealTimers());

test("nobody is told before the transaction has committed", async () => {
  const { add, told, under, end } = slowDatabase();
  add(1);
  add(2);
  await settled();
  expect(under()).toEqual([["1", "2"]]);
  expect(told).toEqual(["waits", "waits"]);
  await end();
  expect(told).toEqual(["done", "done"]);
});

test("what comes meanwhile goes into the next, and no more than two run at once", async () => {
  const { add, under, end } = slowDatabase();
  for (const hostId of [1, 2, 3, 4]) {
    add(hostId);
    await settled();
  }
  expect(under()).toEqual([["1"], ["2"]]);
  await end();
  expect(under()).toEqual([["2"], ["3", "4"]]);
});

test("what a host says is never in two transactions at once, and is committed in order", async () => {
  const { add, told, under, end, committed } = slowDatabase();
  add(1, "first");
  await settled();
  add(1, "second");
  add(2, "other");
  add(1, "third");
  await settled();
  expect(under()).toEqual([["first"], ["other"]]);
  await end();
  expect(under()).toEqual([["other"], ["second", "third"]]);
  await end();
  await end();
  expect(committed).toEqual(["first", "other", "second", "third"]);
  expect(told).toEqual(["done", "done", "done", "done"]);
});

test("one that cannot be written fails alone", async () => {
  const { add, told, end, committed, failures } = slowDatabase();
  expect(await failures()).toBe(0);
  add(1);
  add(2, POISON);
  add(3);
  await settled();
  // All of them in one, then each.
  for (let n = 0; n < 4; n++) await end();
  expect(told).toEqual(["done", POISON, "done"]);
  expect(committed).toEqual(["1", "3"]);
  expect(await failures()).toBe(2);
});

test("while the database is away a batch fails at once, and is not tried item by item", async () => {
  const { add, told, under, end } = slowDatabase();
  add(1);
  add(2);
  await settled();
  await end(new Error("away"));
  expect(told).toEqual(["away", "away"]);
  expect(under()).toEqual([]);
});

test("past its bound it refuses, and takes again what there is room for", async () => {
  const { add, told, end } = slowDatabase({ batchMax: 1, waitingMax: 2 });
  for (const hostId of [1, 2]) add(hostId);
  await settled();
  for (const hostId of [3, 4, 5]) add(hostId);
  await settled();
  expect(told[4]).toMatch(/too much is waiting/);
  await end();
  add(6);
  await settled();
  expect(told).toEqual(["done", "waits", "waits", "waits", told[4], "waits"]);
});

test("a host has four places, each free again whether what it held was written or not", async () => {
  const { add, told, end } = slowDatabase();
  for (const error of [new Error("away"), undefined, undefined]) {
    told.length = 0;
    for (let n = 0; n < 5; n++) add(1);
    await settled();
    expect(told[4]).toMatch(/too much of one host/);
    add(2);
    await settled();
    await end(error);
    await end();
    expect(told.slice(0, 4)).toEqual(Array(4).fill(error ? "away" : "done"));
  }
});

test("what has waited for longer than an agent does is refused, not written after all", async () => {
  const { add, told, end, committed } = slowDatabase({ batchMax: 1 });
  vi.useFakeTimers({ toFake: ["performance"] });
  for (const hostId of [1, 2, 3]) add(hostId);
  await settled();
  vi.advanceTimersByTime(11_000);
  add(4);
  await settled();
  await end();
  await end();
  await end();
  expect(told).toEqual([
    "done",
    "done",
    outage("test: the database does not take them in time").message,
    "done",
  ]);
  expect(committed).toEqual(["1", "2", "4"]);
});

test("commits that take long are said once, not each time", async () => {
  const { add, end, lines } = slowDatabase();
  vi.useFakeTimers({ toFake: ["performance"] });
  for (let n = 0; n < 3; n++) {
    add(1);
    await settled();
    vi.advanceTimersByTime(3_000);
    await end();
  }
  expect(lines).toHaveLength(1);
});

test("a stop writes what was taken, however late, and refuses what comes then", async () => {
  const { buffer, add, told, end, committed } = slowDatabase({ batchMax: 1 });
  vi.useFakeTimers({ toFake: ["performance"] });
  for (const hostId of [1, 2, 3]) add(hostId);
  await settled();
  let isStopped = false;
  const stopping = buffer.stop().then(() => {
    isStopped = true;
  });
  add(4);
  vi.advanceTimersByTime(11_000);
  await settled();
  expect(told[3]).toMatch(/does not take them in time/);
  for (let n = 0; n < 3; n++) {
    expect(isStopped).toBe(false);
    await end();
  }
  await stopping;
  expect(committed).toEqual(["1", "2", "3"]);
});
