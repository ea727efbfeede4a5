"use client";

import { useQuery } from "@tanstack/react-query";
import { Tags } from "lucide-react";
import Link from "next/link";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { teamSearch } from "#components/layout/use-team.ts";
import { Card } from "#components/ui/card.tsx";
import { PassRate } from "#components/ui/pass-rate.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { plural } from "#lib/format.ts";
import type { RollUp, TagsJson } from "#lib/policies/action-schema.ts";
import { policyTagsOptions } from "#lib/policies/client.ts";
import { countsOf } from "./policy-counts.ts";
import { tagHref } from "./tag-list.tsx";

/** Frameworks and tags of a list of policies, each with how the hosts stand on all of them. */
export function TagGroups({ teamId }: { teamId: number | null }) {
  const { data, isError, error, refetch, isFetching } = useQuery(policyTagsOptions(teamId));
  if (isError && !data) {
    return (
      <Card>
        <ErrorState
          title="The tags could not be loaded"
          error={error}
          onRetry={() => refetch()}
          retrying={isFetching}
        />
      </Card>
    );
  }
  if (!data) {
    return (
      <Card>
        <div role="status">
          <span className="sr-only">Loading the tags…</span>
          <SkeletonText lines={6} />
        </div>
      </Card>
    );
  }
  if (data.tags.length === 0) {
    return (
      <Card>
        <EmptyState
          icon={<Tags />}
          title="No policy has a tag yet"
          description="Tags such as “disk”, or controls such as “cis-v8:3.6”, roll policies up by subject and framework."
        />
      </Card>
    );
  }
  return <Groups data={data} teamId={teamId} />;
}

function Groups({ data, teamId }: { data: TagsJson; teamId: number | null }) {
  const team = teamId === null ? "" : `&${teamSearch(teamId).slice(1)}`;
  const plain = data.tags.filter((tag) => tag.framework === null);
  return (
    <div className="flex flex-col gap-6">
      {data.frameworks.map((one) => (
        <Card
          key={one.framework}
          flush
          title={one.framework}
          description={`${plural(one.controls, "control")}, ${plural(one.policies, "policy", "policies")}`}
          actions={
            <>
              <PassRate counts={countsOf(one)} className="w-40 max-sm:hidden" />
              <Link
                href={`/policies?framework=${encodeURIComponent(one.framework)}${team}`}
                className="text-accent-text text-sm underline-offset-3 hover:underline"
              >
                Show policies
              </Link>
            </>
          }
        >
          <Lines
            tags={data.tags.filter((tag) => tag.framework === one.framework)}
            teamId={teamId}
          />
        </Card>
      ))}
      {plain.length > 0 && (
        <Card flush title="Tags">
          <Lines tags={plain} teamId={teamId} />
        </Card>
      )}
    </div>
  );
}

function Lines({ tags, teamId }: { tags: TagsJson["tags"]; teamId: number | null }) {
  return (
    <ul className="divide-y divide-line">
      {tags.map((one) => (
        <li
          key={one.tag}
          className="relative flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2.5 text-sm hover:bg-hover"
        >
          <Link
            href={tagHref(one.tag, teamId)}
            title={one.tag}
            className="min-w-0 flex-1 basis-32 truncate font-medium after:absolute after:inset-0 hover:underline"
          >
            {one.control ?? one.tag}
          </Link>
          <Numbers rollUp={one} />
        </li>
      ))}
    </ul>
  );
}

function Numbers({ rollUp }: { rollUp: RollUp }) {
  return (
    <>
      <span className="w-24 shrink-0 text-muted text-xs tabular-nums">
        {plural(rollUp.policies, "policy", "policies")}
      </span>
      <PassRate counts={countsOf(rollUp)} className="w-44 shrink-0" />
    </>
  );
}
