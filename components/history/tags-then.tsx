"use client";

import { useQuery } from "@tanstack/react-query";
import { Tags } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { useTeam } from "#components/layout/use-team.ts";
import { PolicyViewSwitch } from "#components/policies/policy-filters.tsx";
import { TagCards } from "#components/policies/tag-cards.tsx";
import type { PolicyListState } from "#components/policies/use-policy-list.ts";
import { Banner } from "#components/ui/banner.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import type { PolicyThenJson } from "#lib/history/as-of-schema.ts";
import { tagsThenOptions } from "#lib/history/client.ts";
import type { TagsThenJson } from "#lib/history/roll-up-schema.ts";
import { errorMessage } from "#lib/http/api-error.ts";
import { byTag, rollUp } from "#lib/policies/by-tag.ts";
import { ThenFrame } from "./then-frame.tsx";
import { progressOf, useCounted } from "./use-counted.ts";

interface TagsThenProps extends Pick<PolicyListState, "change"> {
  asOf: string;
}

/** The roll-up by tag as it was: what there was at once, and how hosts stood as it is counted. */
export function TagsThen({ asOf, change }: TagsThenProps) {
  const [teamId] = useTeam();
  const result = useQuery(tagsThenOptions(asOf, teamId));
  return (
    <ThenFrame
      title="Policies"
      description="By the tags that they had then; deleted ones too."
      asOf={asOf}
      what="the policies"
      result={result}
    >
      {result.data?.tags.length ? (
        <Groups groups={result.data} asOf={asOf} teamId={teamId} change={change} />
      ) : (
        <Viewed change={change}>
          {result.data ? <NoTags /> : <Loading label="Looking back…" />}
        </Viewed>
      )}
    </ThenFrame>
  );
}

interface ViewedProps extends Pick<PolicyListState, "change"> {
  /** Beside the switch, where it moves nothing when it goes. */
  progress?: string;
  children: ReactNode;
}

function Viewed({ change, progress, children }: ViewedProps) {
  return (
    <div className="flex flex-col gap-3">
      <Toolbar
        end={
          <>
            <PolicyViewSwitch view="tags" change={change} />
            <span className="text-muted text-xs sm:order-first sm:mr-1">{progress}</span>
          </>
        }
      >
        {null}
      </Toolbar>
      {children}
    </div>
  );
}

function NoTags() {
  return (
    <Card>
      <EmptyState
        icon={<Tags />}
        title="No policy had a tag then"
        description="At that moment there was none to roll policies up by."
      />
    </Card>
  );
}

interface GroupsProps extends Pick<PolicyListState, "change"> {
  groups: TagsThenJson;
  asOf: string;
  teamId: number | null;
}

function Groups({ groups, asOf, teamId, change }: GroupsProps) {
  const counted = useCounted(asOf, teamId);
  const { policies, error, isFetching, retry, isDone } = counted;
  const known = useMemo(() => withCounts(groups, policies), [groups, policies]);
  return (
    <Viewed change={change} progress={progressOf(counted)}>
      {error && (
        <Banner
          tone="fail"
          title="Not all policies could be counted"
          actions={
            <Button onClick={retry} loading={isFetching}>
              Try again
            </Button>
          }
        >
          {errorMessage(error)}
        </Banner>
      )}
      <div aria-busy={!isDone && !error}>
        <TagCards groups={known} teamId={teamId} asOf={asOf} isError={error !== undefined} />
      </div>
    </Viewed>
  );
}

/** Those of which every policy is counted; a part of a sum would pass for the sum. */
function withCounts(groups: TagsThenJson, counted: readonly PolicyThenJson[]) {
  const sums = byTag(counted, rollUp);
  const tags = new Map(sums.tags.map((one) => [one.tag, one]));
  const frameworks = new Map(sums.frameworks.map((one) => [one.framework, one]));
  const whole = <G extends { policies: number }>(group: G, sum: G | undefined): G =>
    sum?.policies === group.policies ? sum : group;
  return {
    tags: groups.tags.map((one) => whole(one, tags.get(one.tag))),
    frameworks: groups.frameworks.map((one) => whole(one, frameworks.get(one.framework))),
  };
}
