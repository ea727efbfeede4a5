"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { StateBadge } from "#components/ui/state-badge.tsx";
import { formatDateTime } from "#lib/format.ts";
import { timelineOptions } from "#lib/history/client.ts";
import type { TimelineJson } from "#lib/history/history-schema.ts";
import { HISTORY_STATES } from "#lib/history/states.ts";
import { OlderNewer } from "./older-newer.tsx";

const PER_PAGE = 10;

interface HostTimelineProps {
  hostId: number;
  policyId: number;
}

/** When a host's state on a policy changed, and since when it fails. */
export function HostTimeline({ hostId, policyId }: HostTimelineProps) {
  const [page, setPage] = useState(0);
  const { data, isError } = useQuery(timelineOptions(hostId, policyId, page, PER_PAGE));
  const failing = data?.failing.find((one) => one.policy_id === policyId);
  return (
    <section aria-label="Timeline">
      <h3 className="mb-2 font-semibold text-base">Timeline</h3>
      {failing && (
        <p className="mb-2 text-fail text-sm">Failing since {formatDateTime(failing.since)}</p>
      )}
      {isError && !data ? (
        <p className="text-muted text-sm">The changes could not be loaded.</p>
      ) : !data ? (
        <SkeletonText lines={3} />
      ) : (
        <Changes changes={data.changes} />
      )}
      {data && <OlderNewer page={page} meta={data.meta} onPageChange={setPage} />}
    </section>
  );
}

const stateOf = (text: string) => HISTORY_STATES.find((state) => state === text) ?? "pending";

function Changes({ changes }: { changes: TimelineJson["changes"] }) {
  if (changes.length === 0) return <p className="text-muted text-sm">No change is known.</p>;
  return (
    <ol className="space-y-2.5 border-line border-l pl-3.5">
      {changes.map((change) => (
        <li key={`${change.at} ${change.from_state} ${change.to_state}`} className="text-sm">
          <span className="flex flex-wrap items-center gap-x-2 gap-y-1">
            <StateBadge state={stateOf(change.to_state)} />
            <time dateTime={change.at} className="text-muted">
              {formatDateTime(change.at)}
            </time>
            <span className="text-faint text-xs">revision {change.revision}</span>
          </span>
          {change.error && (
            <p className="mt-0.5 break-words font-mono text-error text-xs">{change.error}</p>
          )}
        </li>
      ))}
    </ol>
  );
}
