"use client";

import { useEffect, useRef } from "react";
import type { SqlCheck } from "#lib/osquery/check.ts";

/**
 * Ticks the platforms that the query runs on, until somebody ticks one: from then on what people chose
 * stays, whatever the query becomes. Returns what to call when that happens.
 */
export function useFollowedPlatforms(
  follows: boolean,
  check: SqlCheck | undefined,
  setPlatforms: (list: string) => void,
): () => void {
  const touched = useRef(!follows);
  const latest = useRef(setPlatforms);
  latest.current = setPlatforms;
  const runsOn = check && check.errors.length === 0 ? check.platforms.join(",") : "";
  useEffect(() => {
    if (runsOn !== "" && !touched.current) latest.current(runsOn);
  }, [runsOn]);
  return () => {
    touched.current = true;
  };
}
