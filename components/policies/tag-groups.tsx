"use client";

import { useQuery } from "@tanstack/react-query";
import { Tags } from "lucide-react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { Card } from "#components/ui/card.tsx";
import { SkeletonText } from "#components/ui/skeleton.tsx";
import { policyTagsOptions } from "#lib/policies/client.ts";
import { TagCards } from "./tag-cards.tsx";

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
  return <TagCards groups={data} teamId={teamId} />;
}
