"use client";

import { Bar, BarChart, Tooltip, XAxis, YAxis } from "recharts";
import { formatNumber } from "#lib/format.ts";
import { ChartFrame } from "./chart-frame.tsx";
import { AXIS, type Series, STILL } from "./chart-theme.ts";
import { ChartTooltip } from "./chart-tooltip.tsx";

export type BarRow = { name: string } & Record<string, string | number>;

interface StackedBarChartProps {
  rows: BarRow[];
  series: readonly Series[];
  summary: string;
  /** Room for the names at the left. */
  nameWidthPx?: number;
  className?: string;
}

const ROW_HEIGHT_PX = 34;
const AXIS_HEIGHT_PX = 28;

/** One horizontal bar per row, e.g. a team's hosts by state. */
export function StackedBarChart(props: StackedBarChartProps) {
  const { rows, series, summary, nameWidthPx = 120, className } = props;
  const text = (row: BarRow, key: string) => formatNumber(Number(row[key] ?? 0));
  const table = {
    head: ["Name", ...series.map(({ label }) => label)],
    rows: rows.map((row) => [row.name, ...series.map(({ key }) => text(row, key))]),
  };
  return (
    <ChartFrame
      summary={summary}
      table={table}
      heightPx={rows.length * ROW_HEIGHT_PX + AXIS_HEIGHT_PX}
      className={className}
    >
      <BarChart
        data={rows}
        layout="vertical"
        margin={{ top: 0, right: 12, bottom: 0, left: 0 }}
        {...STILL}
      >
        <XAxis type="number" {...AXIS} allowDecimals={false} />
        <YAxis type="category" dataKey="name" {...AXIS} width={nameWidthPx} />
        <Tooltip
          cursor={{ fill: "var(--hover)" }}
          isAnimationActive={false}
          content={<ChartTooltip series={series} formatLabel={String} formatValue={formatNumber} />}
        />
        {series.map(({ key, color }) => (
          <Bar
            key={key}
            dataKey={key}
            stackId="all"
            fill={color}
            barSize={14}
            isAnimationActive={false}
          />
        ))}
      </BarChart>
    </ChartFrame>
  );
}
