"use client";

import { useQuery } from "@tanstack/react-query";
import { ChartLine } from "lucide-react";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { Segmented } from "#components/ui/segmented.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { STATES, type State } from "#components/ui/state.ts";
import { TimeChart } from "#components/ui/time-chart.tsx";
import { formatDateTime, formatNumber } from "#lib/format.ts";
import { policyCountsOptions } from "#lib/history/client.ts";
import type { CountsJson, CountsPointJson } from "#lib/history/history-schema.ts";

const RANGES = [
  { value: "day", label: "Day" },
  { value: "week", label: "Week" },
  { value: "month", label: "Month" },
  { value: "year", label: "Year" },
] as const;
/** A line needs two ends. */
const POINTS_MIN = 2;
const HEIGHT_PX = 260;

const SERIES = (
  [
    ["passing", "pass"],
    ["failing", "fail"],
    ["error", "error"],
    ["stale", "stale"],
    ["exempt", "exempt"],
    ["pending", "pending"],
  ] as const satisfies readonly (readonly [keyof CountsPointJson, State])[]
).map(([key, state]) => ({ key, label: STATES[state].label, color: STATES[state].fill }));

/** How many hosts were in each state, over a day to a year. */
export function CountsCard({ policyId, teamId }: { policyId: number; teamId: number | null }) {
  const [range, setRange] = useQueryState(
    "range",
    parseAsStringLiteral(RANGES.map(({ value }) => value)).withDefault("week"),
  );
  const counts = useQuery(policyCountsOptions(policyId, range, teamId));
  return (
    <Card
      title="States over time"
      actions={<Segmented label="Period" options={RANGES} value={range} onValueChange={setRange} />}
    >
      {counts.isError && !counts.data ? (
        <ErrorState
          title="The history could not be loaded"
          error={counts.error}
          onRetry={() => counts.refetch()}
          retrying={counts.isFetching}
        />
      ) : (
        <div className={cn("transition-opacity", counts.isPlaceholderData && "opacity-60")}>
          <Chart counts={counts.data} />
        </div>
      )}
    </Card>
  );
}

function Chart({ counts }: { counts: CountsJson | undefined }) {
  if (!counts) return <Skeleton className="h-64 w-full" />;
  const { points, query_changes: changes } = counts;
  if (points.length < POINTS_MIN) {
    return (
      <EmptyState
        icon={<ChartLine />}
        title="The chart begins soon"
        description="Muster writes down every fifteen minutes how the hosts stand."
        className="py-10"
      />
    );
  }
  const first = points[0];
  const last = points.at(-1);
  return (
    <>
      <TimeChart
        stacked
        hourly={counts.range === "day"}
        points={points}
        series={SERIES}
        marks={changes.map(({ at, revision }) => ({ at, label: `Revision ${revision}` }))}
        summary={`Hosts by state; failing from ${formatNumber(first?.failing ?? 0)} to ${formatNumber(last?.failing ?? 0)}`}
        heightPx={HEIGHT_PX}
      />
      <Legend />
      {changes.length > 0 && <Changes changes={changes} />}
    </>
  );
}

/** For eyes only: the chart's own table names its columns. */
function Legend() {
  return (
    <ul aria-hidden className="mt-2 flex flex-wrap gap-x-4 gap-y-1 pl-11 text-muted text-xs">
      {SERIES.map(({ key, label, color }) => (
        <li key={key} className="inline-flex items-center gap-1.5">
          <span className="size-2 rounded-xs" style={{ background: color }} />
          {label}
        </li>
      ))}
    </ul>
  );
}

function Changes({ changes }: { changes: CountsJson["query_changes"] }) {
  return (
    <div className="mt-4 border-line border-t pt-3 text-sm">
      <h3 className="text-muted text-xs">Other SQL came into force; hosts answered anew</h3>
      <ul className="mt-1 space-y-0.5">
        {changes.map(({ at, revision, author_name: author }) => (
          <li key={revision}>
            Revision {revision}
            <span className="text-muted">
              {" "}
              {formatDateTime(at)}
              {author && `, ${author}`}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
