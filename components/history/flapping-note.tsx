"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Badge } from "#components/ui/badge.tsx";
import { plural } from "#lib/format.ts";
import { flappingOptions } from "#lib/history/client.ts";

/** Says beside a policy's counts that some of them go to and fro; nothing when none do. */
export function FlappingNote({ policyId, teamId }: { policyId: number; teamId: number | null }) {
  const count = useQuery(flappingOptions(policyId, teamId)).data?.count ?? 0;
  if (count === 0) return null;
  const team = teamId === null ? "" : `&team_id=${teamId}`;
  return (
    <p className="mt-2 flex flex-wrap items-center gap-x-2 text-sm">
      <Badge tone="stale">Flapping</Badge>
      <Link
        href={`/policies/${policyId}?tab=history${team}`}
        className="text-muted underline underline-offset-3 hover:text-ink"
      >
        {plural(count, "host")} to and fro within a day
      </Link>
    </p>
  );
}
