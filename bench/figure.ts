import type { Compared } from "./load.ts";

/** One measured number beside what it is measured against, in the same run. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The same quantity of the reference; missing where there is nothing to compare with. */
  reference?: number;
  /** The ratio is of the reference to the value: how much of it ours reaches, where less is better. */
  lessIsBetter?: true;
}

function ratio({ value, reference, lessIsBetter }: Figure): number | null {
  if (!reference) return null;
  return lessIsBetter ? reference / value : value / reference;
}

const round = (value: number) => Number(value.toPrecision(4));

/** A table for people. */
export function printTable(figures: readonly Figure[]): void {
  console.table(
    figures.map((figure) => ({
      name: figure.name,
      value: round(figure.value),
      unit: figure.unit,
      reference: figure.reference === undefined ? "" : round(figure.reference),
      ratio: ratio(figure)?.toFixed(2) ?? "",
    })),
  );
}

/** A line a figure for programs. */
export function printLines(figures: readonly Figure[]): void {
  for (const figure of figures) {
    const { name, value, unit, reference = null } = figure;
    console.log(JSON.stringify({ name, value, unit, reference, ratio: ratio(figure) }));
  }
}

/**
 * A comparison as figures. Throughput says what two cores do with the load, the server and its
 * database together, and may be the load's own limit; the server's processor time is its alone.
 */
export function loadFigures(name: string, { own, bare }: Compared): Figure[] {
  const cost = { value: own.processorUs, reference: bare.processorUs, lessIsBetter: true } as const;
  return [
    { name, value: own.perSecond, unit: "requests/s", reference: bare.perSecond },
    { name: `${name} p99`, value: own.p99Ms, unit: "ms", reference: bare.p99Ms },
    { name: `${name} cpu`, unit: "us/request", ...cost },
  ];
}
