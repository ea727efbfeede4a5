"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { plural } from "#lib/format.ts";
import { countedPoliciesOptions } from "#lib/history/client.ts";

/**
 * Every policy of a moment with its counts, which come one by one for as long as the page
 * is looked at: at 100,000 hosts fifty policies take the database seconds.
 */
export function useCounted(asOf: string, teamId: number | null) {
  const counting = useInfiniteQuery(countedPoliciesOptions(asOf, teamId));
  const { data, error, isError, isFetching, hasNextPage, fetchNextPage, refetch } = counting;
  const isNext = hasNextPage && !isFetching && !isError;
  useEffect(() => {
    if (isNext) void fetchNextPage();
  }, [isNext, fetchNextPage]);
  const policies = useMemo(() => data?.pages.flatMap((page) => page.policies) ?? [], [data]);
  return {
    policies,
    /** How many there are; undefined until the first are counted. */
    total: data?.pages[0]?.count,
    isDone: data !== undefined && !hasNextPage,
    error: isError ? error : undefined,
    isFetching,
    retry: () => void (data ? fetchNextPage() : refetch()),
  };
}

export type Counted = ReturnType<typeof useCounted>;

/** How far it is; undefined when there is nothing to wait for. */
export function progressOf({ policies, total, isDone, error }: Counted): string | undefined {
  if (isDone || error) return undefined;
  return total === undefined
    ? "Counting…"
    : `Counting: ${policies.length} of ${plural(total, "policy", "policies")}`;
}
