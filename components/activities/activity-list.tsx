"use client";

import { useQuery } from "@tanstack/react-query";
import { Activity, SearchX } from "lucide-react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Pager } from "#components/layout/pager.tsx";
import { Toolbar } from "#components/layout/toolbar.tsx";
import { Button } from "#components/ui/button.tsx";
import { Card } from "#components/ui/card.tsx";
import { cn } from "#components/ui/cn.ts";
import { SearchInput } from "#components/ui/search-input.tsx";
import { Select } from "#components/ui/select.tsx";
import { activityListOptions } from "#lib/activities/client.ts";
import { useActivityFilter } from "./activity-filter.ts";
import { ActivityPlaceholder } from "./activity-placeholder.tsx";
import { ActivityRow } from "./activity-row.tsx";
import { TOPICS } from "./sentences.ts";

const TOPIC_OPTIONS = [
  { value: "all", label: "Everything" },
  ...Object.entries(TOPICS).map(([value, { label }]) => ({ value, label })),
];

export function ActivityList() {
  const { filter, query, topic, page, isNarrowed, change, clear, setPage } = useActivityFilter();
  const list = useQuery(activityListOptions(filter));
  const activities = list.data?.activities;
  return (
    <>
      <PageHeader
        title="Activity"
        description="Who changed what, and when. Entries are kept for a year."
      />
      <Toolbar>
        <SearchInput
          value={query}
          onValueChange={(next) => change({ query: next })}
          placeholder="Search person or kind of change"
        />
        <Select
          aria-label="Kind of activity"
          value={topic}
          options={TOPIC_OPTIONS}
          onValueChange={(next) => change({ topic: next })}
          className="w-full sm:w-48"
        />
      </Toolbar>
      <Card flush>
        {list.isError && !activities ? (
          <ErrorState
            title="The activity could not be loaded"
            error={list.error}
            onRetry={() => list.refetch()}
            retrying={list.isFetching}
          />
        ) : !activities ? (
          <ActivityPlaceholder rows={10} />
        ) : activities.length === 0 ? (
          <NoActivity narrowed={isNarrowed} onClear={clear} />
        ) : (
          <ol
            aria-label="Activity"
            aria-busy={list.isPlaceholderData}
            className={cn("transition-opacity", list.isPlaceholderData && "opacity-60")}
          >
            {activities.map((activity) => (
              <ActivityRow key={activity.id} activity={activity} />
            ))}
          </ol>
        )}
      </Card>
      <Pager
        label="activity"
        page={page}
        hasNext={list.data?.meta.has_next_results ?? false}
        onPageChange={setPage}
        previous="Newer"
        next="Older"
      />
    </>
  );
}

function NoActivity({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  if (narrowed) {
    return (
      <EmptyState
        icon={<SearchX />}
        title="Nothing matches"
        description="No entry fits this search and kind."
        actions={<Button onClick={onClear}>Clear filters</Button>}
      />
    );
  }
  return (
    <EmptyState
      icon={<Activity />}
      title="Nothing has happened yet"
      description="Changes to policies, hosts, teams, people and settings will be listed here."
    />
  );
}
