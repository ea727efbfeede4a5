export interface DiffLine {
  kind: "same" | "removed" | "added";
  text: string;
}

/** The table of the comparison has this many cells at most; longer texts are shown whole. */
const CELLS_MAX = 250_000;

/** No lines, where "" would split into one empty line that both sides seem to share. */
const linesOf = (text: string) => (text === "" ? [] : text.split("\n"));

/** Lines of both texts in order, by their longest common subsequence. */
export function lineDiff(before: string, after: string): DiffLine[] {
  const left = linesOf(before);
  const right = linesOf(after);
  if (left.length * right.length > CELLS_MAX) return [...removed(left), ...added(right)];
  const common = commonLengths(left, right);
  const lines: DiffLine[] = [];
  let [l, r] = [0, 0];
  while (l < left.length && r < right.length) {
    if (left[l] === right[r]) {
      lines.push({ kind: "same", text: left[l] ?? "" });
      l++;
      r++;
    } else if ((common[l + 1]?.[r] ?? 0) >= (common[l]?.[r + 1] ?? 0)) {
      lines.push(...removed(left.slice(l, ++l)));
    } else {
      lines.push(...added(right.slice(r, ++r)));
    }
  }
  return [...lines, ...removed(left.slice(l)), ...added(right.slice(r))];
}

const removed = (lines: string[]) => lines.map((text) => ({ kind: "removed" as const, text }));
const added = (lines: string[]) => lines.map((text) => ({ kind: "added" as const, text }));

/** How many lines the texts have in common from line l and line r on. */
function commonLengths(left: string[], right: string[]): number[][] {
  const table = Array.from({ length: left.length + 1 }, () =>
    new Array<number>(right.length + 1).fill(0),
  );
  for (let l = left.length - 1; l >= 0; l--) {
    for (let r = right.length - 1; r >= 0; r--) {
      const row = table[l];
      if (!row) continue;
      row[r] =
        left[l] === right[r]
          ? (table[l + 1]?.[r + 1] ?? 0) + 1
          : Math.max(table[l + 1]?.[r] ?? 0, row[r + 1] ?? 0);
    }
  }
  return table;
}
