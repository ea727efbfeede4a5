"use client";

import { useTheme } from "next-themes";
import { useEffect, useRef, useState } from "react";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { Textarea } from "#components/ui/textarea.tsx";
import type { SqlDiffHandle } from "./create-diff.ts";

/** Two versions of SQL compared in Monaco; two plain fields stand in where it cannot be fetched. */
export function SqlDiff({ before, after }: { before: string; after: string }) {
  const frame = useRef<HTMLDivElement>(null);
  const diff = useRef<SqlDiffHandle>(null);
  const [stage, setStage] = useState<"loading" | "ready" | "failed">("loading");
  const dark = useTheme().resolvedTheme === "dark";
  const darkAtStart = useRef(dark);
  darkAtStart.current = dark;

  useEffect(() => {
    let left = false;
    import("./create-diff.ts").then(
      ({ createSqlDiff }) => {
        if (left || !frame.current) return;
        diff.current = createSqlDiff(frame.current, { before, after, dark: darkAtStart.current });
        setStage("ready");
      },
      () => setStage("failed"),
    );
    return () => {
      left = true;
      diff.current?.dispose();
      diff.current = null;
    };
  }, [before, after]);

  useEffect(() => diff.current?.setDark(dark), [dark]);

  if (stage === "failed") {
    return (
      <div className="grid gap-3 sm:grid-cols-2">
        <Textarea mono readOnly aria-label="SQL before" value={before} />
        <Textarea mono readOnly aria-label="SQL after" value={after} />
      </div>
    );
  }
  return (
    <div className="relative min-h-30 overflow-hidden rounded-md border border-field bg-surface">
      {stage === "loading" && (
        <div role="status" className="absolute inset-0 space-y-2.5 p-4">
          <span className="sr-only">Loading the comparison…</span>
          <Skeleton className="w-1/3" />
          <Skeleton className="w-1/2" />
        </div>
      )}
      <div ref={frame} data-testid="sql-diff" />
    </div>
  );
}
