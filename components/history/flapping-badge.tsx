"use client";

import { useQuery } from "@tanstack/react-query";
import { Badge } from "#components/ui/badge.tsx";
import { formatNumber, plural } from "#lib/format.ts";
import { timelineOptions } from "#lib/history/client.ts";

/** Marks a host that cannot decide on a policy; nothing where it does not flap. */
export function FlappingBadge({ changes }: { changes: number | null | undefined }) {
  if (!changes) return null;
  const words = `${plural(changes, "change")} between pass and fail in 24 hours`;
  return (
    <Badge tone="stale" title={words}>
      Flapping
      <span aria-hidden> {formatNumber(changes)}×</span>
      <span className="sr-only">: {words}</span>
    </Badge>
  );
}

/** The same of a policy on a host's page; one request serves all of the host's. */
export function PolicyFlapping({ hostId, policyId }: { hostId: number; policyId: number }) {
  const { data } = useQuery(timelineOptions(hostId, null, 0, 1));
  return (
    <FlappingBadge changes={data?.flapping.find((one) => one.policy_id === policyId)?.changes} />
  );
}
