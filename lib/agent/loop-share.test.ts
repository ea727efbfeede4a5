import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, test } from "vitest";
import { LoopShare } from "./loop-share.ts";

const PIECES = 200;

function busyFor(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

test("work that comes all at once is done in order, and the loop turns in between", async () => {
  const share = new LoopShare();
  const done: number[] = [];
  for (let n = 0; n < PIECES; n++) {
    share.run(() => {
      busyFor(1);
      done.push(n);
    });
  }
  // No turn has room for more than ten of a millisecond each.
  expect(done.length).toBeLessThanOrEqual(10);
  expect(share.waitedMs(performance.now())).toBeGreaterThan(0);
  let turns = 0;
  for (; done.length < PIECES; turns++) await nextTurn();
  expect(turns).toBeGreaterThanOrEqual(PIECES / 10 - 2);
  expect(done).toEqual(Array.from({ length: PIECES }, (_, n) => n));
  expect(share.waitedMs(performance.now())).toBe(0);
});

test("what is little is done at once, turn after turn", async () => {
  const share = new LoopShare();
  for (let n = 0; n < 10; n++) {
    let isDone = false;
    share.run(() => {
      isDone = true;
    });
    expect(isDone).toBe(true);
    await nextTurn();
  }
});
