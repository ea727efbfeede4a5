"use client";

import { useQuery } from "@tanstack/react-query";
import { Activity } from "lucide-react";
import Link from "next/link";
import { ActivityPlaceholder } from "#components/activities/activity-placeholder.tsx";
import { ActorIcon } from "#components/activities/actor-icon.tsx";
import { Sentence } from "#components/activities/sentence.tsx";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import type { Viewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { RelativeTime } from "#components/ui/relative-time.tsx";
import { activityListOptions } from "#lib/activities/client.ts";

const ENTRIES = 8;
const REFRESH_MS = 30_000;

/** The log is about every team, so only people with a global role read it. */
export function mayReadActivity(viewer: Viewer): boolean {
  const { global_role: role } = viewer.user;
  return role !== null && role !== "gitops";
}

export function LatestActivity() {
  const list = useQuery({
    ...activityListOptions({ per_page: ENTRIES }),
    refetchInterval: REFRESH_MS,
  });
  const activities = list.data?.activities;
  return (
    <Card
      title="Latest activity"
      flush
      className="self-start max-xl:self-stretch"
      actions={
        <Button asChild variant="link">
          <Link href="/activity">All activity</Link>
        </Button>
      }
    >
      {list.isError && !activities ? (
        <ErrorState
          title="The activity could not be loaded"
          error={list.error}
          onRetry={() => list.refetch()}
        />
      ) : !activities ? (
        <ActivityPlaceholder rows={6} />
      ) : activities.length === 0 ? (
        <EmptyState
          icon={<Activity />}
          title="Nothing has happened yet"
          description="Changes that people make will be listed here."
          className="py-10"
        />
      ) : (
        <ol>
          {activities.map((activity) => (
            <li
              key={activity.id}
              className="flex gap-3 border-line border-b px-4 py-2.5 last:border-b-0"
            >
              <ActorIcon activity={activity} />
              <div className="flex min-w-0 flex-col">
                <Sentence activity={activity} />
                <RelativeTime value={activity.created_at} className="text-faint text-xs" />
              </div>
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
