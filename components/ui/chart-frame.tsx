import type { ReactElement } from "react";
import { ResponsiveContainer } from "recharts";
import { cn } from "./cn.ts";

export interface ChartTable {
  head: readonly string[];
  rows: readonly (readonly string[])[];
}

interface ChartFrameProps {
  /** What the chart says, in words: "Pass rate, last 30 days: from 81% to 94%". */
  summary: string;
  /** The same numbers as a table, for those who cannot see the chart. */
  table: ChartTable;
  heightPx: number;
  className?: string;
  children: ReactElement;
}

/** Hides the drawing from assistive technology and offers its numbers instead. */
export function ChartFrame({ summary, table, heightPx, className, children }: ChartFrameProps) {
  return (
    <figure className={cn("relative m-0 min-w-0", className)} aria-label={summary}>
      <div aria-hidden style={{ height: heightPx }} className="text-2xs tabular-nums">
        <ResponsiveContainer
          width="100%"
          height="100%"
          initialDimension={{ width: 600, height: heightPx }}
        >
          {children}
        </ResponsiveContainer>
      </div>
      <table className="sr-only">
        <caption>{summary}</caption>
        <thead>
          <tr>
            {table.head.map((text) => (
              <th key={text} scope="col">
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row[0]}>
              {row.map((text, index) => (
                <td key={table.head[index]}>{text}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}
