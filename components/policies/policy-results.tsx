"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { FlappingNote } from "#components/history/flapping-note.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { useViewer } from "#components/layout/viewer.ts";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { passRate } from "#components/ui/pass-rate.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { STATES, type State } from "#components/ui/state.ts";
import { StateBar } from "#components/ui/state-bar.tsx";
import { formatNumber, formatPercent } from "#lib/format.ts";
import { teamPolicyOptions } from "#lib/policies/client.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { countsOf, hostsHref } from "./policy-counts.ts";
import { teamLabel } from "./team-label.ts";

const SHOWN: State[] = ["fail", "error", "stale", "pending", "pass", "exempt", "not_applicable"];

/** A global policy is counted over the team in view, as the list it was opened from counted it. */
function useCounted(policy: PolicyJson) {
  const [inView] = useTeam();
  const teamId = policy.team_id ?? inView;
  const narrower = policy.team_id === null && teamId !== null;
  const ofTeam = useQuery({ ...teamPolicyOptions(policy.id, teamId), enabled: narrower });
  return { counted: (narrower && ofTeam.data?.policy) || policy, teamId };
}

/** How the hosts stand on a policy now; each number leads to exactly those hosts. */
export function PolicyResults({ policy }: { policy: PolicyJson }) {
  const { counted, teamId } = useCounted(policy);
  const viewer = useViewer();
  const team = policy.team_id === null && teamId !== null && viewer && teamLabel(viewer, teamId);
  const counts = countsOf(counted);
  // Hosts that are not asked are a number and no part of the bar.
  const all = { ...counts, not_applicable: counted.not_applicable_host_count };
  const rate = passRate(counts);
  return (
    <Card
      title={team ? `Hosts of ${team}` : "Hosts"}
      actions={
        <span className="font-semibold text-base tabular-nums">
          {rate === null ? "–" : `${formatPercent(rate)} pass`}
        </span>
      }
      footer={
        <>
          Asked since <RelativeTime value={policy.query_changed_at} />. Counts are live
          {counted.host_count_updated_at && (
            <>
              ; they last moved <RelativeTime value={counted.host_count_updated_at} />
            </>
          )}
          .
        </>
      }
    >
      <StateBar counts={counts} />
      <ul className="mt-3 space-y-0.5">
        {SHOWN.map((state) => (
          <StateLine
            key={state}
            href={hostsHref(policy.id, state, teamId)}
            state={state}
            count={all[state] ?? 0}
          />
        ))}
      </ul>
      <FlappingNote policyId={policy.id} teamId={teamId} />
    </Card>
  );
}

function StateLine({ href, state, count }: { href: string; state: State; count: number }) {
  const look = STATES[state];
  return (
    <li>
      <Link
        href={href}
        title={look.meaning}
        className="-mx-2 flex min-h-8 items-center gap-2 rounded-sm px-2 text-sm hover:bg-hover pointer-coarse:min-h-11"
      >
        <look.icon aria-hidden className={cn("size-4", look.textClass)} />
        <span className="flex-1 text-muted">{look.label}</span>
        <span className={cn("font-medium tabular-nums", count === 0 && "text-faint")}>
          {formatNumber(count)}
        </span>
      </Link>
    </li>
  );
}
