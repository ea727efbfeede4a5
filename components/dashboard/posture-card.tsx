"use client";

import { useQuery } from "@tanstack/react-query";
import { ChartLine } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Card } from "#components/ui/card.tsx";
import type { Series } from "#components/ui/chart-theme.ts";
import { cn } from "#components/ui/cn.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { TimeChart } from "#components/ui/time-chart.tsx";
import { postureHistoryOptions } from "#lib/posture/client.ts";
import type { PostureHistoryJson } from "#lib/posture/schema.ts";
import { CHARTS, type ChartName } from "./posture-charts.ts";

const PERIODS = [
  { value: "1", label: "24 h" },
  { value: "7", label: "7 days" },
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
] as const;
const CHART_OPTIONS = [
  { value: "rate", label: "Pass rate" },
  { value: "verdicts", label: "Verdicts" },
  { value: "online", label: "Online" },
] as const;
const HEIGHT_PX = 240;
/** A line needs two ends. */
const POINTS_MIN = 2;

export function PostureCard({ teamId }: { teamId: number | null }) {
  const [days, setDays] = useQueryState(
    "days",
    parseAsStringLiteral(PERIODS.map((period) => period.value)).withDefault("30"),
  );
  const [chart, setChart] = useQueryState(
    "chart",
    parseAsStringLiteral(CHART_OPTIONS.map((option) => option.value)).withDefault("rate"),
  );
  const history = useQuery(postureHistoryOptions(teamId, Number(days)));
  return (
    <Card
      title="Over time"
      actions={
        <div className="flex flex-wrap items-center gap-2">
          <Segmented
            label="What to show"
            options={CHART_OPTIONS}
            value={chart}
            onValueChange={setChart}
          />
          <Segmented label="Period" options={PERIODS} value={days} onValueChange={setDays} />
        </div>
      }
    >
      {history.isError && !history.data ? (
        <ErrorState
          title="The history could not be loaded"
          error={history.error}
          onRetry={() => history.refetch()}
          retrying={history.isFetching}
        />
      ) : (
        <div className={cn("transition-opacity", history.isPlaceholderData && "opacity-60")}>
          <Chart name={chart} history={history.data} />
        </div>
      )}
    </Card>
  );
}

function Chart({ name, history }: { name: ChartName; history: PostureHistoryJson | undefined }) {
  if (!history) return <Skeleton className="h-60 w-full" />;
  if (history.points.length < POINTS_MIN) {
    return (
      <EmptyState
        icon={<ChartLine />}
        title="The chart begins soon"
        description="Muster writes down every five minutes how the fleet stands. Come back in ten."
        className="py-10"
      />
    );
  }
  const chart = CHARTS[name];
  const points = history.points.map(chart.point);
  return (
    <>
      <TimeChart
        points={points}
        series={chart.series}
        stacked={chart.stacked}
        domain={chart.domain}
        formatValue={chart.formatValue}
        hourly={history.step_seconds * history.points.length <= HOURLY_BELOW_SECONDS}
        summary={chart.summary(history.points)}
        heightPx={HEIGHT_PX}
      />
      {chart.series.length > 1 && <Legend series={chart.series} />}
    </>
  );
}

/** For eyes only: the chart's own table names its columns. */
function Legend({ series }: { series: readonly Series[] }) {
  return (
    <ul aria-hidden className="mt-2 flex flex-wrap gap-x-4 gap-y-1 pl-11 text-muted text-xs">
      {series.map(({ key, label, color }) => (
        <li key={key} className="inline-flex items-center gap-1.5">
          <span className="size-2 rounded-xs" style={{ background: color }} />
          {label}
        </li>
      ))}
    </ul>
  );
}

/** Up to three days the axis shows hours. */
const HOURLY_BELOW_SECONDS = 3 * 86_400;
