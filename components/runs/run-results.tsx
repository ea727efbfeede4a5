"use client";

import { Download, Square } from "lucide-react";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Spinner } from "#components/ui/spinner.tsx";
import { Tab, Tabs, TabsContent, TabsList } from "#components/ui/tabs.tsx";
import { toast } from "#components/ui/toast.tsx";
import { errorMessage } from "#lib/http/api-error.ts";
import { runReportUrl, useStopRun } from "#lib/runs/client.ts";
import { RunErrors } from "./run-errors.tsx";
import { RunHosts } from "./run-hosts.tsx";
import { RunPlatforms } from "./run-platforms.tsx";
import { errorsOf, type RunProgress } from "./run-progress-state.ts";
import { RunTotals, totalsText } from "./run-totals.tsx";
import { useSpoken } from "./use-spoken.ts";

interface RunResultsProps {
  runId: number;
  progress: RunProgress;
  onAgain: () => void;
}

/** What a run has found so far. */
export function RunResults({ runId, progress, onAgain }: RunResultsProps) {
  const { run, totals, offline, line } = progress;
  const text = run && totals ? totalsText(run.kind, totals) : "";
  const spoken = useSpoken(text, line === "ended");
  return (
    <div className="space-y-4">
      <p role="status" className="sr-only">
        {spoken}
      </p>
      {line === "lost" && (
        <Banner
          tone="fail"
          title="The answers cannot be followed"
          actions={<Button onClick={onAgain}>Try again</Button>}
        >
          The run goes on without this page: hosts are asked all the same.
        </Banner>
      )}
      {!run || !totals ? (
        line !== "lost" && (
          <p className="flex items-center gap-2 text-muted text-sm">
            <Spinner />
            Connecting…
          </p>
        )
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-muted text-sm">{stateText(progress)}</p>
            <RunButtons runId={runId} isRunning={run.state === "running" && line !== "ended"} />
          </div>
          <RunTotals kind={run.kind} totals={totals} offline={offline} />
          <ResultTabs runId={runId} progress={progress} />
        </>
      )}
    </div>
  );
}

function stateText({ line, run, totals, offline }: RunProgress): string {
  if (run?.state === "stopped" && line === "ended") return "Stopped.";
  if (run?.state === "stopped") return "Stopped. Hosts that had been asked may still answer.";
  if (run?.state === "answered") return "Every host has answered.";
  if (run?.state === "over") return "Over. The hosts that are left were not in contact in time.";
  if (line === "connecting") return "The connection was lost and is being made again…";
  if (totals && totals.waiting > 0 && offline === totals.waiting) {
    return "Those that are left are offline. They are asked if they come back in time.";
  }
  return "Hosts are asked as they check in, most of them within their interval.";
}

function RunButtons({ runId, isRunning }: { runId: number; isRunning: boolean }) {
  const stop = useStopRun();
  return (
    <div className="flex items-center gap-2">
      {isRunning && (
        <Button
          size="sm"
          loading={stop.isPending}
          onClick={() =>
            stop.mutate(runId, { onError: (error) => toast.error(errorMessage(error)) })
          }
        >
          <Square aria-hidden />
          Stop
        </Button>
      )}
      <Button size="sm" asChild>
        <a href={runReportUrl(runId)} download>
          <Download aria-hidden />
          CSV
        </a>
      </Button>
    </div>
  );
}

function ResultTabs({ runId, progress }: { runId: number; progress: RunProgress }) {
  const { run, totals, hosts } = progress;
  if (!run || !totals) return null;
  return (
    <Tabs defaultValue="hosts">
      <TabsList aria-label="Results">
        <Tab value="hosts" count={totals.answered}>
          Hosts
        </Tab>
        <Tab value="platforms">By platform</Tab>
        <Tab value="errors" count={totals.error}>
          Errors
        </Tab>
      </TabsList>
      <TabsContent value="hosts" className="pt-3">
        {hosts.length > 0 ? (
          <RunHosts runId={runId} hosts={hosts} />
        ) : (
          <p className="py-6 text-center text-muted text-sm">No host has answered yet.</p>
        )}
      </TabsContent>
      <TabsContent value="platforms" className="pt-3">
        <RunPlatforms kind={run.kind} totals={totals} />
      </TabsContent>
      <TabsContent value="errors" className="pt-3">
        <RunErrors {...errorsOf(progress)} />
      </TabsContent>
    </Tabs>
  );
}
