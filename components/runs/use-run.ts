"use client";

import { useState } from "react";
import { toast } from "#components/ui/toast.tsx";
import { plural } from "#lib/format.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { useKeepRun, useStartRun, useStopRun } from "#lib/runs/client.ts";
import { useRunEvents } from "./use-run-events.ts";
import { type RunSubject, useTargets } from "./use-targets.ts";

export interface RunBeforeSaving {
  /** undefined: what is saved was not run. */
  id: number | undefined;
  /** To be called after the saving: the answers become the policy's, if the person wants that. */
  keep: (policyId: number) => Promise<void>;
}

const NO_RUN: RunBeforeSaving = { id: undefined, keep: async () => undefined };

export type RunControl = ReturnType<typeof useRun>;

/** A query that a person runs: on which hosts, and what came of the last run. */
export function useRun(subject: RunSubject) {
  const targets = useTargets(subject);
  const [runId, setRunId] = useState<number | null>(null);
  const [keeps, setKeeps] = useState(false);
  const progress = useRunEvents(runId);
  const [start, stop, keep] = [useStartRun(), useStopRun(), useKeepRun()];

  async function run() {
    if (!targets.chosen || start.isPending) return;
    // Whoever runs again reads the last one no more.
    if (runId !== null && progress.line !== "ended") stop.mutate(runId);
    try {
      const { query, kind, policyId } = subject;
      const body = { query, kind, policy_id: policyId, targets: targets.chosen };
      setRunId((await start.mutateAsync(body)).id);
    } catch (error) {
      toast.error(errorMessage(error));
    }
  }

  async function keepAs(policyId: number, id: number) {
    try {
      const { kept } = await keep.mutateAsync({ id, policyId });
      if (kept > 0) toast.success(`The answers of ${plural(kept, "host")} were kept.`);
    } catch (error) {
      toast.error(`Saved. The answers were not kept: ${errorMessage(error)}`);
    }
  }

  /** What the last run means for saving: nothing, unless it was of the very SQL. */
  function runOf(savedQuery: string): RunBeforeSaving {
    if (runId === null || progress.run?.query !== savedQuery) return NO_RUN;
    return {
      id: runId,
      keep: async (policyId) => {
        if (keeps) await keepAs(policyId, runId);
      },
    };
  }

  /** Shows an earlier run. */
  const show = (id: number) => setRunId(id);
  const isOther = runId !== null && progress.run?.query !== subject.query;
  return {
    ...targets,
    subject,
    runId,
    progress,
    run,
    show,
    starting: start.isPending,
    keeps,
    setKeeps,
    runOf,
    isOther,
  };
}
