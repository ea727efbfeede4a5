import type { Series } from "#components/ui/chart-theme.ts";
import { STATES } from "#components/ui/state.ts";
import type { TimePoint } from "#components/ui/time-axis.ts";
import { formatNumber, formatPercent } from "#lib/format.ts";
import type { PosturePointJson } from "#lib/posture/schema.ts";

interface PostureChart {
  series: readonly Series[];
  point: (point: PosturePointJson) => TimePoint;
  summary: (points: PosturePointJson[]) => string;
  formatValue: (value: number) => string;
  domain?: [number, number | "auto"];
  stacked?: boolean;
}

export type ChartName = "rate" | "verdicts" | "online";

function rateOf({ passing, failing }: PosturePointJson): number | null {
  const answered = (passing ?? 0) + (failing ?? 0);
  return answered === 0 ? null : (passing ?? 0) / answered;
}

const unknownOf = (point: PosturePointJson) =>
  point.hosts === null
    ? null
    : Math.max(0, point.hosts - (point.verdict_pass ?? 0) - (point.verdict_fail ?? 0));

/** "from 81% to 94%": the first and last number there is. */
function fromTo(
  points: PosturePointJson[],
  read: (point: PosturePointJson) => number | null,
  format: (value: number) => string,
): string {
  const values = points.map(read).filter((value) => value !== null);
  const [first, last] = [values[0], values.at(-1)];
  return first === undefined || last === undefined
    ? "no answers yet"
    : `from ${format(first)} to ${format(last)}`;
}

export const CHARTS: Record<ChartName, PostureChart> = {
  rate: {
    series: [{ key: "rate", label: "Pass rate", color: STATES.pass.fill }],
    point: (point) => ({ at: point.at, rate: rateOf(point) }),
    summary: (points) => `Pass rate, ${fromTo(points, rateOf, formatPercent)}`,
    formatValue: formatPercent,
    domain: [0, 1],
  },
  verdicts: {
    series: [
      { key: "pass", label: "May pass", color: STATES.pass.fill },
      { key: "fail", label: "May not pass", color: STATES.fail.fill },
      { key: "unknown", label: "Unknown", color: STATES.not_applicable.fill },
    ],
    point: (point) => ({
      at: point.at,
      pass: point.verdict_pass,
      fail: point.verdict_fail,
      unknown: unknownOf(point),
    }),
    summary: (points) =>
      `Hosts by verdict; those that may pass ${fromTo(points, (p) => p.verdict_pass, formatNumber)}`,
    formatValue: formatNumber,
    stacked: true,
  },
  online: {
    series: [
      { key: "hosts", label: "Hosts", color: STATES.not_applicable.fill },
      { key: "online", label: "Online", color: "var(--accent)" },
    ],
    point: (point) => ({ at: point.at, hosts: point.hosts, online: point.online }),
    summary: (points) => `Hosts online, ${fromTo(points, (p) => p.online, formatNumber)}`,
    formatValue: formatNumber,
  },
};
