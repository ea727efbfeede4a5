import { expect, test } from "vitest";
import { ATTEMPTS_MAX, outcomeOf, waitSeconds } from "./retry.ts";

const kindOf = (status: number) => outcomeOf(status, undefined, "").kind;

test("another attempt is made where it may end otherwise, and only there", () => {
  expect([200, 201, 204].map(kindOf)).toEqual(["taken", "taken", "taken"]);
  expect([408, 425, 429, 500, 502, 503].map(kindOf)).toEqual(Array(6).fill("failed"));
  expect([400, 401, 404, 410, 422].map(kindOf)).toEqual(Array(5).fill("refused"));
  expect([301, 302, 307, 308].map(kindOf)).toEqual(Array(4).fill("refused"));
});

test("waits grow to an hour, and there are no more attempts than ten", () => {
  const waits = Array.from({ length: ATTEMPTS_MAX }, (_, index) => waitSeconds(index + 1));
  expect(waits).toEqual([10, 40, 160, 640, 2560, 3600, 3600, 3600, 3600, undefined]);
});

test("a receiver may ask for a longer wait, by seconds or by date, up to six hours", () => {
  const asked = (retryAfter: string) => {
    const outcome = outcomeOf(429, retryAfter, "");
    return outcome.kind === "failed" ? outcome.retryAfterSeconds : undefined;
  };
  expect(asked("120")).toBe(120);
  const date = asked(new Date(Date.now() + 60_000).toUTCString()) ?? 0;
  expect(Math.abs(date - 60)).toBeLessThanOrEqual(2);
  expect(asked("soon")).toBeUndefined();
  expect(waitSeconds(1, 120)).toBe(120);
  expect(waitSeconds(1, 1)).toBe(10);
  expect(waitSeconds(1, 999_999)).toBe(21_600);
});
