const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Hosts and people name themselves. */
export const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");

export const moment = (at: Date): string =>
  `${at.toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** A share as a percentage, rounded down: 99.99% is not all. "" of nothing. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return "";
  const tenths = Math.floor((part / whole) * 1_000) / 10;
  return `${tenths}%`;
}

export interface RatePoint {
  atMs: number;
  /** 0 to 1. */
  rate: number;
}

/** A line of pass rates from 0 to 100%; gaps in what was written down are drawn through. */
export function rateLine(
  points: readonly RatePoint[],
  size: { width: number; height: number },
  label: string,
): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || first === last) return "";
  const spanMs = last.atMs - first.atMs;
  const x = (point: RatePoint) => ((point.atMs - first.atMs) / spanMs) * (size.width - 2) + 1;
  const y = (point: RatePoint) => (1 - point.rate) * (size.height - 2) + 1;
  const line = points.map((point) => `${x(point).toFixed(1)},${y(point).toFixed(1)}`).join(" ");
  const { width, height } = size;
  return `<svg role="img" aria-label="${escaped(label)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><rect width="${width}" height="${height}" fill="#f5f6f8"/><polyline points="${line}" fill="none" stroke="#1a7f4b" stroke-width="1.5"/></svg>`;
}
