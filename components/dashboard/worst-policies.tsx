"use client";

import { useQuery } from "@tanstack/react-query";
import { CircleCheck, ShieldPlus } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Badge } from "#components/ui/badge.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { PassRate } from "#components/ui/pass-rate.tsx";
import { Skeleton } from "#components/ui/skeleton.tsx";
import { plural } from "#lib/format.ts";
import { postureOptions } from "#lib/posture/client.ts";
import type { WorstPolicyJson } from "#lib/posture/schema.ts";
import { hostsLink, policiesLink } from "./hosts-link.ts";

export function WorstPolicies({ teamId }: { teamId: number | null }) {
  const posture = useQuery(postureOptions(teamId));
  return (
    <Card
      title="Policies that most hosts fail"
      flush
      actions={
        <Button asChild variant="link">
          <Link href={policiesLink(teamId, {})}>All policies</Link>
        </Button>
      }
    >
      {posture.isError && !posture.data ? (
        <ErrorState
          title="The policies could not be loaded"
          error={posture.error}
          onRetry={() => posture.refetch()}
          retrying={posture.isFetching}
        />
      ) : !posture.data ? (
        <WorstPlaceholder />
      ) : posture.data.worst_policies.length === 0 ? (
        <NothingFails policies={posture.data.policies_count} />
      ) : (
        <ol>
          {posture.data.worst_policies.map((policy) => (
            <WorstPolicy key={policy.id} policy={policy} teamId={teamId} />
          ))}
        </ol>
      )}
    </Card>
  );
}

const ROW =
  "relative grid items-center gap-x-4 gap-y-1.5 border-line border-b px-4 py-2.5 last:border-b-0 sm:grid-cols-[minmax(0,1fr)_7rem_10rem]";

interface WorstPolicyProps {
  policy: Omit<WorstPolicyJson, "team_id">;
  teamId: number | null;
  /** The moment that the counts are of, where it is not now. */
  asOf?: string;
}

/** How many hosts fail a policy, as a row of a list. */
export function WorstPolicy({ policy, teamId, asOf }: WorstPolicyProps) {
  const counts = {
    pass: policy.passing,
    fail: policy.failing,
    error: policy.erroring,
    stale: policy.stale,
  };
  const then = { as_of: asOf ?? null };
  const failing = hostsLink(teamId, { policy_id: policy.id, policy_state: "fail", ...then });
  return (
    <li className={ROW}>
      <span className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1">
        <Link
          href={asOf ? policiesLink(teamId, then, policy.id) : `/policies/${policy.id}`}
          className="min-w-0 break-words rounded-xs font-medium text-sm hover:underline"
        >
          {policy.name}
        </Link>
        {policy.critical && <Badge tone="accent">Critical</Badge>}
        {policy.team_name && teamId === null && <Badge>{policy.team_name}</Badge>}
      </span>
      <Link
        href={failing}
        className="justify-self-start rounded-xs text-fail text-sm tabular-nums hover:underline sm:justify-self-end"
      >
        {asOf
          ? plural(policy.failing, "host failed", "hosts failed")
          : plural(policy.failing, "host fails", "hosts fail")}
      </Link>
      <PassRate counts={counts} />
    </li>
  );
}

function NothingFails({ policies }: { policies: number }) {
  if (policies > 0) {
    return (
      <EmptyState
        icon={<CircleCheck />}
        title="No host fails a policy"
        description="The worst policies will be listed here as soon as there are some."
        className="py-10"
      />
    );
  }
  return (
    <EmptyState
      icon={<ShieldPlus />}
      title="No policies yet"
      description="A policy is a question in SQL that every host answers with yes or no."
      actions={
        <Button asChild variant="primary">
          <Link href="/policies/new">Write a policy</Link>
        </Button>
      }
      className="py-10"
    />
  );
}

export function WorstPlaceholder() {
  return (
    <div role="status">
      <span className="sr-only">Loading…</span>
      {["first", "second", "third", "fourth"].map((key) => (
        <div key={key} className={ROW}>
          <Skeleton className="w-48 max-w-full" />
          <Skeleton className="w-16" />
          <Skeleton className="w-full" />
        </div>
      ))}
    </div>
  );
}
