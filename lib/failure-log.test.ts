import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FailureLog } from "./failure-log.ts";
import { createLog } from "./log.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function told() {
  const lines: { msg: string; failures: number; seconds?: number }[] = [];
  const log = createLog("info", { write: (line: string) => void lines.push(JSON.parse(line)) });
  const failures = new FailureLog(log, "cannot do it");
  /** The lines since the last time, in short. */
  const said = () =>
    lines.splice(0).map(({ msg, failures, seconds }) => [msg, failures, seconds ?? "-"].join(" "));
  const fail = () => failures.failed(new Error("no"));
  const work = () => failures.worked();
  const pass = (seconds: number) => vi.advanceTimersByTime(1_000 * seconds);
  return { said, fail, work, pass };
}

test("a failure is told at once, again after a minute, and when it is over", () => {
  const { said, fail, work, pass } = told();
  work();
  expect(said()).toEqual([]);
  fail();
  expect(said()).toEqual(["cannot do it 1 -"]);
  for (let second = 1; second < 60; second++) {
    pass(1);
    fail();
  }
  expect(said()).toEqual([]);
  pass(1);
  fail();
  expect(said()).toEqual(["cannot do it 61 -"]);
  pass(1);
  work();
  work();
  expect(said()).toEqual(["over: cannot do it 61 61"]);
});

test("what fails and works in turn is told of once a minute, with how often it failed", () => {
  const { said, fail, work, pass } = told();
  for (let second = 0; second < 300; second++) {
    fail();
    work();
    pass(1);
  }
  const later = [60, 60, 60, 60].flatMap((failures) => [
    `cannot do it ${failures} -`,
    `over: cannot do it ${failures} 0`,
  ]);
  expect(said()).toEqual(["cannot do it 1 -", "over: cannot do it 1 0", ...later]);
});

test("a failure that begins soon after another is told within the minute", () => {
  const { said, fail, work, pass } = told();
  fail();
  work();
  pass(10);
  fail();
  expect(said()).toEqual(["cannot do it 1 -", "over: cannot do it 1 0"]);
  pass(50);
  fail();
  expect(said()).toEqual(["cannot do it 2 -"]);
  work();
  expect(said()).toEqual(["over: cannot do it 2 0"]);
});
