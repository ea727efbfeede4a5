import type { Series } from "./chart-theme.ts";

interface ChartTooltipProps {
  series: readonly Series[];
  formatLabel: (label: string) => string;
  formatValue: (value: number) => string;
  /** The rest is given by Recharts. */
  active?: boolean;
  label?: string | number;
  payload?: readonly { dataKey?: unknown; value?: unknown }[];
}

export function ChartTooltip(props: ChartTooltipProps) {
  const { active, label, payload, series, formatLabel, formatValue } = props;
  if (!active || !payload?.length) return null;
  return (
    <div className="rounded-md border border-line bg-raised px-2.5 py-2 text-ink text-xs shadow-md">
      <p className="mb-1 text-muted">{formatLabel(String(label))}</p>
      <ul className="space-y-0.5">
        {series.map(({ key, label: name, color }) => {
          const value = payload.find((item) => item.dataKey === key)?.value;
          if (typeof value !== "number") return null;
          return (
            <li key={key} className="flex items-center gap-2">
              <span className="size-2 rounded-xs" style={{ background: color }} />
              <span className="text-muted">{name}</span>
              <span className="ml-auto pl-3 font-medium tabular-nums">{formatValue(value)}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
