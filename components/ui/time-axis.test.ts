import { expect, test } from "vitest";
import { onAxis } from "./time-axis.ts";

const DAY_MS = 86_400_000;
const points = (days: number[]) =>
  days.map((day) => ({ at: new Date(day * DAY_MS).toISOString(), hosts: 1 }));
const drawn = (days: number[]) =>
  onAxis(points(days)).map((point) => [point.ms, "hosts" in point ? point.hosts : null]);

test("points lie where their time is, and where some are missing there is a gap", () => {
  expect(drawn([1, 2, 3, 7, 8])).toEqual([
    [DAY_MS, 1],
    [2 * DAY_MS, 1],
    [3 * DAY_MS, 1],
    [5 * DAY_MS, null],
    [7 * DAY_MS, 1],
    [8 * DAY_MS, 1],
  ]);
});

test("one point that is late, or the last one of now, makes no gap", () => {
  for (const days of [[], [1], [1, 2], [1, 2, 4, 5], [1, 2, 3, 3.1]]) {
    expect(drawn(days).every(([, hosts]) => hosts === 1)).toBe(true);
  }
});
