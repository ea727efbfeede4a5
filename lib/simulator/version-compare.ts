import type { SqlValue } from "sql.js";

/** What osquery cuts versions at, the lowest first where delimiters are compared. */
const DELIMITERS = "~-^.:";

/** The rules of Linux packages, as version_compare takes them behind the right version. */
interface Options {
  /** A version with an epoch is above one without. */
  epoch: boolean;
  /** At the same place, delimiters are compared. */
  delimiters: boolean;
  /** What one version has more is looked at: a tilde is below nothing, a hyphen the same, a caret above. */
  remaining: boolean;
  /** The last segment's difference counts only behind a letter; else the longer version is above. */
  letters: boolean;
}

interface Segment {
  text: string;
  /** "" at the end. */
  end: string;
}

const segmentsOf = (version: string): Segment[] =>
  [...version.matchAll(/([^~\-^.:]*)([~\-^.:]?)/g)]
    .filter(([all], at) => all !== "" || at === 0)
    .map(([, text = "", end = ""]) => ({ text, end }));

/** The first characters that differ. */
function textOrder(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    const order = left.charCodeAt(at) - right.charCodeAt(at);
    if (order !== 0) return order;
  }
  return 0;
}

function epochOrder(left: string, right: string): number {
  const [a, b] = [left.indexOf(":"), right.indexOf(":")];
  return a >= 0 && b >= 0 ? a - b : Math.sign(a + 1) - Math.sign(b + 1);
}

/** What the longer version goes on with, seen from the version that has ended. */
const REMAINDER: Record<string, number> = { "~": 1, "-": 0, "^": -1 };

/** osquery's order of versions (its sqlite_version.cpp): below 0 where left is below right. */
function compareVersions(left: string, right: string, options: Options): number {
  if (left === right) return 0;
  if (left === "" || right === "") return left === "" ? -1 : 1;
  const epochs = options.epoch ? epochOrder(left, right) : 0;
  if (epochs !== 0) return epochs;
  const [theirs, ours] = [segmentsOf(right), segmentsOf(left)];
  for (const [at, a] of ours.entries()) {
    const b = theirs[at] ?? { text: "", end: "" };
    const differ = textOrder(a.text, b.text);
    const endsFirst = a.text.length - b.text.length;
    if (a.end !== "" && b.end !== "") {
      const order = endsFirst || differ || (options.delimiters ? delimiterOrder(a, b) : 0);
      if (order !== 0) return order;
      continue;
    }
    // Where one version ends the other's segment decides only if it ends before.
    if (a.end !== "" && endsFirst < 0) return -1;
    if (b.end !== "" && endsFirst > 0) return 1;
    if (left.length === right.length) return differ;
    return left.length < right.length
      ? remainderOrder(left, right, differ, options)
      : -remainderOrder(right, left, -differ, options);
  }
  return left.length - right.length;
}

const delimiterOrder = (a: Segment, b: Segment): number =>
  DELIMITERS.indexOf(a.end) - DELIMITERS.indexOf(b.end);

function remainderOrder(short: string, long: string, differ: number, options: Options): number {
  const next = long.charAt(short.length);
  // As of osquery 5.12; before, 15.1 was below 15.0.9.
  if (differ !== 0 && DELIMITERS.includes(next)) return differ;
  if (options.remaining) {
    const known = REMAINDER[next];
    if (known !== undefined) return known;
    if (differ !== 0 && !(options.letters && /\d$/.test(short))) return differ;
  }
  return short.length - long.length;
}

const OPERATORS: Record<string, (order: number) => boolean> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  "=": (order) => order === 0,
  ">=": (order) => order >= 0,
  ">": (order) => order > 0,
};

/** osquery's version_compare(left, operator, right, ...). Throws as osquery gives an error. */
export function versionCompare(
  left?: SqlValue,
  operator?: SqlValue,
  right?: SqlValue,
  ...options: SqlValue[]
): boolean {
  if (typeof left !== "string" || typeof operator !== "string" || typeof right !== "string") {
    throw new Error("Must provide two version strings and an operator to compare.");
  }
  const holds = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (!holds) throw new Error(`Unknown compare operator: ${operator}. There are <, <=, =, >=, >`);
  const [epoch, delimiters, remaining, letters] = [0, 1, 2, 3].map((at) => Boolean(options[at]));
  const all = { epoch, delimiters, remaining, letters } as Options;
  return holds(compareVersions(left, right, all));
}
