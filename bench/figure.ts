import type { LoadResult } from "./load.ts";

/** One measured number beside what it is measured against, in the same run. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The same quantity of the reference; null where there is nothing to compare with. */
  reference: number | null;
}

export const ratio = (figure: Figure): number | null =>
  figure.reference ? figure.value / figure.reference : null;

const round = (value: number) => Number(value.toPrecision(4));

/** A table for people. */
export function printTable(figures: Figure[]): void {
  console.table(
    figures.map((figure) => ({
      name: figure.name,
      value: round(figure.value),
      unit: figure.unit,
      reference: figure.reference === null ? "" : round(figure.reference),
      ratio: ratio(figure)?.toFixed(2) ?? "",
    })),
  );
}

/** A line a figure for programs. */
export function printLines(figures: Figure[]): void {
  for (const figure of figures) {
    const { name, value, unit, reference } = figure;
    console.log(JSON.stringify({ name, value, unit, reference, ratio: ratio(figure) }));
  }
}

/** Throughput and slowness of a comparison, as two figures. */
export function loadFigures(
  name: string,
  { own, bare }: { own: LoadResult; bare: LoadResult },
): Figure[] {
  return [
    { name, value: own.perSecond, unit: "requests/s", reference: bare.perSecond },
    { name: `${name} p99`, value: own.p99Ms, unit: "ms", reference: bare.p99Ms },
  ];
}
