"use client";

import { useId } from "react";
import { Area, AreaChart, ResponsiveContainer, YAxis } from "recharts";
import { STILL } from "./chart-theme.ts";

interface SparklineProps {
  values: readonly (number | null)[];
  /** "Rose from 81% to 94% in 30 days": a sparkline has no axes to read it from. */
  summary: string;
  color?: string;
  heightPx?: number;
}

export function Sparkline(props: SparklineProps) {
  const { values, summary, color = "var(--accent)", heightPx = 32 } = props;
  const fade = useId();
  const data = values.map((value, index) => ({ index, value }));
  return (
    <span role="img" aria-label={summary} className="block" style={{ height: heightPx }}>
      <ResponsiveContainer
        width="100%"
        height="100%"
        initialDimension={{ width: 120, height: heightPx }}
      >
        <AreaChart data={data} margin={{ top: 3, right: 0, bottom: 1, left: 0 }} {...STILL}>
          <defs>
            <linearGradient id={fade} x1="0" y1="0" x2="0" y2="1">
              <stop offset="0%" stopColor={color} stopOpacity={0.2} />
              <stop offset="100%" stopColor={color} stopOpacity={0} />
            </linearGradient>
          </defs>
          <YAxis hide domain={["dataMin", "dataMax"]} />
          <Area
            dataKey="value"
            type="monotone"
            stroke={color}
            strokeWidth={1.5}
            fill={`url(#${fade})`}
            isAnimationActive={false}
          />
        </AreaChart>
      </ResponsiveContainer>
    </span>
  );
}
