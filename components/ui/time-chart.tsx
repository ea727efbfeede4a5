"use client";

import { Area, AreaChart, CartesianGrid, ReferenceLine, Tooltip, XAxis, YAxis } from "recharts";
import { formatDate, formatDateTime, formatNumber } from "#lib/format.ts";
import { ChartFrame } from "./chart-frame.tsx";
import { AXIS, CURSOR, GRID, type Series, STILL } from "./chart-theme.ts";
import { ChartTooltip } from "./chart-tooltip.tsx";
import { onAxis, type TimePoint } from "./time-axis.ts";

interface TimeChartProps {
  points: TimePoint[];
  series: readonly Series[];
  summary: string;
  /** Shares between 0 and 1 take `formatPercent`. */
  formatValue?: (value: number) => string;
  /** The value axis; [0, "auto"] if not given. Truncated axes lie about areas. */
  domain?: [number, number | "auto"];
  stacked?: boolean;
  /** Labels the axis by the hour instead of the day. */
  hourly?: boolean;
  /** Moments that explain what follows, as lines; say them in words near by as well. */
  marks?: readonly { at: string; label: string }[];
  heightPx?: number;
  className?: string;
}

/** Labels of marks are a fifth of the narrowest chart. */
const MARK_LEFT_SHARE = 0.7;

export function TimeChart(props: TimeChartProps) {
  const { points, series, stacked, hourly, formatValue = formatNumber } = props;
  const formatTick = hourly ? hourOf : dayOf;
  // Days may label the axis of points that are hours apart; each point still needs its own name.
  const formatLabel = isDaily(points) ? formatDate : formatDateTime;
  // On a stack, a series of zeros is a line on top of the one below it.
  const drawn = stacked ? series.filter(({ key }) => points.some((point) => point[key])) : series;
  const firstMs = Date.parse(points[0]?.at ?? "");
  const lastMs = Date.parse(points.at(-1)?.at ?? "");
  // What is said of a line near the right end stands on its left, or it would be cut off.
  const labelSide = (at: string) =>
    Date.parse(at) > firstMs + MARK_LEFT_SHARE * (lastMs - firstMs)
      ? "insideTopRight"
      : "insideTopLeft";
  const rows = points.map((point) => [
    formatLabel(point.at),
    ...series.map(({ key }) => valueText(point[key], formatValue)),
  ]);
  return (
    <ChartFrame
      summary={props.summary}
      table={{ head: ["Time", ...series.map(({ label }) => label)], rows }}
      heightPx={props.heightPx ?? 220}
      className={props.className}
    >
      <AreaChart
        data={onAxis(points)}
        margin={{ top: 8, right: 24, bottom: 0, left: 0 }}
        {...STILL}
      >
        <defs>
          {series.map(({ key, color }) => (
            <linearGradient key={key} id={`fade-${key}`} x1="0" y1="0" x2="0" y2="1">
              <stop offset="0%" stopColor={color} stopOpacity={stacked ? 0.55 : 0.22} />
              <stop offset="100%" stopColor={color} stopOpacity={stacked ? 0.55 : 0} />
            </linearGradient>
          ))}
        </defs>
        <CartesianGrid {...GRID} />
        <XAxis
          dataKey="ms"
          type="number"
          scale="time"
          domain={["dataMin", "dataMax"]}
          {...AXIS}
          ticks={firstOfEach(points, formatTick).map((at) => Date.parse(at))}
          minTickGap={40}
          tickMargin={8}
          tickFormatter={(ms) => formatTick(isoOf(ms))}
        />
        <YAxis
          {...AXIS}
          width="auto"
          tickCount={5}
          domain={props.domain ?? [0, "auto"]}
          tickFormatter={formatValue}
        />
        <Tooltip
          cursor={CURSOR}
          isAnimationActive={false}
          content={
            <ChartTooltip
              series={series}
              formatValue={formatValue}
              formatLabel={(ms) => formatLabel(isoOf(Number(ms)))}
            />
          }
        />
        {props.marks?.map(({ at, label }) => (
          <ReferenceLine
            key={at}
            x={Math.max(firstMs, Date.parse(at))}
            stroke="var(--ink)"
            strokeDasharray="3 3"
            label={{ value: label, position: labelSide(at), fill: "var(--muted)", fontSize: 11 }}
          />
        ))}
        {drawn.map(({ key, color }) => (
          <Area
            key={key}
            dataKey={key}
            stackId={stacked ? "all" : undefined}
            type="monotone"
            stroke={color}
            strokeWidth={1.75}
            fill={`url(#fade-${key})`}
            connectNulls={false}
            isAnimationActive={false}
            activeDot={{ r: 3.5, stroke: "var(--surface)", strokeWidth: 2 }}
          />
        ))}
      </AreaChart>
    </ChartFrame>
  );
}

const DAY_MS = 86_400_000;

function isDaily([first, second]: readonly TimePoint[]): boolean {
  return first !== undefined && second !== undefined && gapMs(first, second) >= DAY_MS;
}

const gapMs = (from: TimePoint, to: TimePoint) => Date.parse(to.at) - Date.parse(from.at);

const isoOf = (ms: number) => new Date(ms).toISOString();

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const HOUR = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

/** Points where the label changes, or it would stand twice where points are hours apart. */
const firstOfEach = (points: readonly TimePoint[], labelOf: (at: string) => string): string[] =>
  points
    .map(({ at }) => at)
    .filter((at, index, all) => index === 0 || labelOf(at) !== labelOf(all[index - 1] ?? at));

function dayOf(at: string): string {
  return DAY.format(new Date(at));
}

function hourOf(at: string): string {
  return HOUR.format(new Date(at));
}

function valueText(value: string | number | null | undefined, format: (n: number) => string) {
  return typeof value === "number" ? format(value) : "no data";
}
