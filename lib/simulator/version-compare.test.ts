import { expect, test } from "vitest";
import { versionCompare } from "./version-compare.ts";

test.each([
  ["1.10", ">", "1.9", []],
  ["1.9", "<", "1.10.1", []],
  ["1.2", "<", "1.2.1", []],
  ["1.2.0", ">", "1.2", []],
  ["15.1", "=", "15.1", []],
  ["15.1", ">=", "15.1", []],
  ["15.1", "<=", "15.0.9", [], false],
  ["", "<", "0", []],
  ["2.0b", ">", "2.0a", []],
  ["10.0.1", ">", "9.9.9", []],
  // Debian's: an epoch is above all without, and a tilde below what it ends.
  ["1:1.0", ">", "9.0", [1, 1, 0, 0]],
  ["1:1.0", "<", "9.0", []],
  ["1.0~rc1", "<", "1.0-1", [1, 1, 0, 0]],
  // RPM's: what is left over.
  ["1.0~rc1", "<", "1.0", [1, 1, 1, 0]],
  ["1.0~rc1", ">", "1.0", []],
  ["1.0^git1", ">", "1.0", [1, 1, 1, 0]],
  ["1.0-3", "=", "1.0", [1, 1, 1, 0]],
  ["1.0-3", "=", "1.0", [null, null, 1]],
] as const)(
  "version_compare('%s', '%s', '%s') with %j",
  (left, operator, right, options, ...not) => {
    expect(versionCompare(left, operator, right, ...options)).toBe(not[0] ?? true);
  },
);

test.each([
  [["1.0", "1.1"]],
  [["1.0", "!=", "1.1"]],
  [["1.0", "constructor", "1.1"]],
  [["1.0", "<", 2]],
  [["1.0", "<", null]],
])("%j is an error, as osquery has it", (given) => {
  expect(() => versionCompare(...given)).toThrow(/operator/);
});
