import { expect, test } from "vitest";
import { ServerClock } from "./clock.ts";

const NOON_MS = Date.UTC(2030, 0, 1, 12);
/** Node's timer and the rounding of both. */
const CLOSE_MS = 100;

/** The database says `databaseMs` now, to a question sent `tookMs` ago. */
function read(clock: ServerClock, databaseMs: number, tookMs: number) {
  const beforeMs = performance.now() - tookMs;
  clock.adjust(databaseMs, beforeMs, performance.now());
}

test("the servers' clock is the database's, wherever this machine's stands", () => {
  const clock = new ServerClock();
  read(clock, NOON_MS, 2);
  expect(Math.abs(clock.nowMs() - NOON_MS)).toBeLessThan(CLOSE_MS);
  read(clock, NOON_MS + 3_600_000, 2);
  expect(Math.abs(clock.nowMs() - NOON_MS - 3_600_000)).toBeLessThan(CLOSE_MS);
});

test("a database that took long to answer does not move a clock that is right", () => {
  const clock = new ServerClock();
  read(clock, NOON_MS, 2);
  // It hung, and read its clock just before it answered.
  read(clock, NOON_MS, 8_000);
  expect(Math.abs(clock.nowMs() - NOON_MS)).toBeLessThan(CLOSE_MS);
});
