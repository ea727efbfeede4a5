type Fields = Readonly<Record<string, unknown>>;

/** One value of an object before and after; undefined where it is not there. */
export interface Difference {
  name: string;
  before: unknown;
  after: unknown;
}

const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What differs between two JSON objects, down to single values, by dotted name. */
export function differences(before: Fields, after: Fields, prefix = ""): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((key) => {
    const name = `${prefix}${key}`;
    const [old, now] = [before[key], after[key]];
    if (isObject(old) && isObject(now)) return differences(old, now, `${name}.`);
    return JSON.stringify(old) === JSON.stringify(now) ? [] : [{ name, before: old, after: now }];
  });
}

export type DiffLine = readonly [sign: "-" | "+", text: string];

const isLong = (value: unknown): value is string => typeof value === "string" && /\n./.test(value);

function differingLines(before: string, after: string): DiffLine[] {
  const old = before.trimEnd().split("\n");
  const now = after.trimEnd().split("\n");
  const shorter = Math.min(old.length, now.length);
  let head = 0;
  while (head < shorter && old[head] === now[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old.at(-1 - tail) === now.at(-1 - tail)) tail++;
  return [
    ...old.slice(head, old.length - tail).map((line): DiffLine => ["-", line]),
    ...now.slice(head, now.length - tail).map((line): DiffLine => ["+", line]),
  ];
}

/**
 * A difference as lines to read. Of long texts only the part between their equal beginnings and
 * ends: policies are short, and a full line diff would not say more.
 */
export function diffLines({ name, before, after }: Difference): DiffLine[] {
  if (isLong(before) || isLong(after)) {
    const lines = differingLines(String(before ?? ""), String(after ?? ""));
    return lines.map(([sign, line]): DiffLine => [sign, `${name}: ${line}`]);
  }
  const said = (value: unknown) => `${name}: ${JSON.stringify(value)}`;
  return [
    ...(before === undefined ? [] : [["-", said(before)] as DiffLine]),
    ...(after === undefined ? [] : [["+", said(after)] as DiffLine]),
  ];
}
