"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useTeam } from "#components/layout/use-team.ts";
import { Banner } from "#components/ui/banner.tsx";
import { endingCountOptions } from "#lib/exemptions/client.ts";
import { formatNumber, plural } from "#lib/format.ts";

/** How many exemptions end soon, beside the entry of the navigation that lists them; nothing when none does. */
export function EndingBadge() {
  const [teamId] = useTeam();
  const { data: count = 0 } = useQuery(endingCountOptions(teamId));
  if (count === 0) return null;
  return (
    <span
      title={`${plural(count, "exemption ends", "exemptions end")} within a week`}
      className="ml-auto rounded-sm border border-error-line bg-error-soft px-1.5 font-medium text-2xs text-error tabular-nums leading-4.5"
    >
      {formatNumber(count)}
      <span className="sr-only"> {count === 1 ? "ends" : "end"} within a week</span>
    </span>
  );
}

/** The same on the dashboard, where people look first. */
export function EndingNote() {
  const [teamId] = useTeam();
  const { data: count = 0 } = useQuery(endingCountOptions(teamId));
  if (count === 0) return null;
  const search = new URLSearchParams({ state: "ending" });
  if (teamId !== null) search.set("team_id", String(teamId));
  return (
    <Banner>
      <Link
        href={`/exemptions?${search}`}
        className="font-medium text-accent-text underline underline-offset-3"
      >
        {plural(count, "exemption ends", "exemptions end")} within a week
      </Link>
      . From then on the policies count again for those who are let off.
    </Banner>
  );
}
