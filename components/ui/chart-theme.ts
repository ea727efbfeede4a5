/** Recharts draws in SVG attributes, which take CSS variables: both modes without a redraw. */
export const AXIS = {
  stroke: "var(--line)",
  tick: { fill: "var(--muted)", fontSize: 11 },
  tickLine: false,
  axisLine: false,
} as const;

export const GRID = { stroke: "var(--line)", strokeDasharray: "2 4", vertical: false } as const;

export const CURSOR = { stroke: "var(--line-strong)", strokeWidth: 1 } as const;

/** Recharts' own focus handling: useless behind `aria-hidden`, where the table speaks instead. */
export const STILL = { accessibilityLayer: false } as const;

export interface Series {
  key: string;
  label: string;
  /** A CSS colour, e.g. `STATES.fail.fill` or "var(--accent)". */
  color: string;
}
