"use client";

import { useQuery } from "@tanstack/react-query";
import { History } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { formatNumber, plural } from "#lib/format.ts";
import { runListOptions } from "#lib/runs/client.ts";
import type { RunJson } from "#lib/runs/schema.ts";

const STATES: Record<RunJson["state"], string> = {
  running: "Running",
  answered: "All answered",
  stopped: "Stopped",
  over: "Over",
};

/** What was run, newest first. */
export function RecentRuns({ onShow }: { onShow: (run: RunJson) => void }) {
  const [page, setPage] = useState(0);
  const { data, error, refetch } = useQuery(runListOptions(page));
  return (
    <Card title="Recent runs" flush>
      {error && !data ? (
        <ErrorState title="Runs could not be loaded" error={error} onRetry={() => refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.runs.length === 0 ? (
        <EmptyState
          icon={<History />}
          title="Nothing was run yet"
          description="Runs are kept for 30 days with what hosts answered."
        />
      ) : (
        <ul className="divide-y divide-line">
          {data.runs.map((run) => (
            <RecentRun key={run.id} run={run} onShow={() => onShow(run)} />
          ))}
        </ul>
      )}
      {data && (page > 0 || data.meta.has_next_results) && (
        <div className="border-line border-t px-4 py-2.5">
          <Pager
            label="runs"
            page={page}
            hasNext={data.meta.has_next_results}
            onPageChange={setPage}
          />
        </div>
      )}
    </Card>
  );
}

function RecentRun({ run, onShow }: { run: RunJson; onShow: () => void }) {
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm">
      <code className="min-w-0 flex-1 basis-64 truncate font-mono text-xs" title={run.query}>
        {run.query}
      </code>
      <span className="text-muted text-xs">
        {run.author.name}, <RelativeTime value={run.created_at} />
      </span>
      <span className="text-muted text-xs tabular-nums">
        {formatNumber(run.answered_hosts)} of {plural(run.hosts, "host")}
      </span>
      <Badge tone={run.state === "running" ? "accent" : "neutral"}>{STATES[run.state]}</Badge>
      <Button size="sm" onClick={onShow} aria-label={`Show run ${run.id}`}>
        Show
      </Button>
    </li>
  );
}
