"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Card } from "#components/ui/card.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { formatNumber, plural } from "#lib/format.ts";
import { flappingOptions } from "#lib/history/client.ts";

/** Hosts that cannot decide: mostly SQL that looks at something that changes by itself. */
export function FlappingCard({ policyId, teamId }: { policyId: number; teamId: number | null }) {
  const [page, setPage] = useState(0);
  const flapping = useQuery(flappingOptions(policyId, teamId, page));
  const { data } = flapping;
  return (
    <Card
      title={
        data && data.count > 0 ? `Flapping hosts (${formatNumber(data.count)})` : "Flapping hosts"
      }
      description={
        data &&
        `More than ${plural(data.changes_allowed, "change")} between pass and fail in 24 hours.`
      }
    >
      {flapping.isError && !data ? (
        <ErrorState
          title="This could not be loaded"
          error={flapping.error}
          onRetry={() => flapping.refetch()}
          retrying={flapping.isFetching}
        />
      ) : !data ? (
        <SkeletonText lines={3} />
      ) : data.hosts.length === 0 ? (
        <p className="text-muted text-sm">None. Answers are steady.</p>
      ) : (
        <ul className="mb-3 divide-y divide-line text-sm last:mb-0">
          {data.hosts.map((host) => (
            <li key={host.id} className="flex flex-wrap items-baseline gap-x-3 py-1.5">
              <Link
                href={`/hosts/${host.id}`}
                className="min-w-0 flex-1 break-words font-medium underline-offset-3 hover:underline"
              >
                {host.display_name}
              </Link>
              <span className="tabular-nums">{plural(host.changes, "change")}</span>
              <span className="text-muted text-xs">
                last <RelativeTime value={host.last_change_at} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {data && (
        <Pager
          label="flapping hosts"
          page={page}
          hasNext={data.meta.has_next_results}
          onPageChange={setPage}
        />
      )}
    </Card>
  );
}
