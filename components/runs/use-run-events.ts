"use client";

import { useEffect, useState } from "react";
import { runEventsUrl } from "#lib/runs/client.ts";
import { afterNews, NO_PROGRESS, type RunNews, type RunProgress } from "./run-progress-state.ts";

const EVENTS = ["hello", "hosts", "totals", "done"] as const;

/** Follows a run; `again` opens the line anew after it was lost. */
export function useRunEvents(runId: number | null): RunProgress & { again: () => void } {
  const [attempt, setAttempt] = useState(0);
  const [progress, setProgress] = useState(NO_PROGRESS);

  // biome-ignore lint/correctness/useExhaustiveDependencies: an attempt is a line of its own.
  useEffect(() => {
    setProgress(NO_PROGRESS);
    if (runId === null) return;
    const source = new EventSource(runEventsUrl(runId));
    for (const name of EVENTS) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        const isEnd = name === "done";
        if (isEnd) source.close();
        const news = JSON.parse(event.data) as RunNews;
        setProgress((before) => afterNews(before, isEnd ? "ended" : "open", news));
      });
    }
    // The browser tries again by itself, unless the server refused.
    source.addEventListener("error", () => {
      const line = source.readyState === EventSource.CLOSED ? "lost" : "connecting";
      setProgress((before) => ({ ...before, line }));
    });
    return () => source.close();
  }, [runId, attempt]);

  return { ...progress, again: () => setAttempt((count) => count + 1) };
}
