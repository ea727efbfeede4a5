"use client";

import { useQuery } from "@tanstack/react-query";
import { Badge } from "#components/ui/badge.tsx";
import { plural } from "#lib/format.ts";
import { timelineOptions } from "#lib/history/client.ts";

/** Marks a policy that the host cannot decide on; one request serves all of a host's. */
export function FlappingBadge({ hostId, policyId }: { hostId: number; policyId: number }) {
  const { data } = useQuery(timelineOptions(hostId, null, 0, 1));
  const found = data?.flapping.find((one) => one.policy_id === policyId);
  if (!found) return null;
  return (
    <Badge
      tone="stale"
      title={`${plural(found.changes, "change")} between pass and fail in 24 hours`}
    >
      Flapping
    </Badge>
  );
}
