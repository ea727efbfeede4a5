"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { SecretsCard } from "#components/enroll/secrets-card.tsx";
import { ErrorState } from "#components/layout/error-state.tsx";
import { EditedElsewhere } from "#components/layout/gitops.tsx";
import { Loading } from "#components/layout/loading.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { Tab, Tabs, TabsContent, TabsList } from "#components/ui/tabs.tsx";
import { teamOptions } from "#lib/teams/client.ts";
import type { TeamJson } from "#lib/teams/schema.ts";
import { TeamActions } from "./team-actions.tsx";
import { TeamAgentOptions } from "./team-agent-options.tsx";
import { TeamMembers } from "./team-members.tsx";
import { TeamStats } from "./team-stats.tsx";

const CRUMBS = [{ label: "Teams", href: "/teams" }];
const TABS = ["people", "secrets", "options"] as const;
type TabName = (typeof TABS)[number];

export function TeamPage({ id }: { id: number }) {
  const query = useQuery(teamOptions(id));
  if (query.isError && !query.data) {
    return (
      <>
        <PageHeader title="Team" breadcrumbs={CRUMBS} />
        <ErrorState
          title="The team could not be loaded"
          error={query.error}
          onRetry={() => query.refetch()}
          retrying={query.isFetching}
        />
      </>
    );
  }
  if (!query.data) return <Loading />;
  const { team } = query.data;
  return (
    <>
      <PageHeader
        title={team.name}
        description={team.description}
        breadcrumbs={CRUMBS}
        actions={<TeamActions team={team} />}
      />
      <EditedElsewhere teamId={team.id} what="Teams and their options are" />
      <TeamStats team={team} />
      <TeamTabs team={team} />
    </>
  );
}

/** The API leaves out what this person may not see, and so do the tabs. */
function TeamTabs({ team }: { team: TeamJson }) {
  const [wanted, setTab] = useQueryState("tab", parseAsStringLiteral(TABS));
  const seen: Record<TabName, boolean> = {
    people: team.users !== undefined,
    secrets: team.secrets !== undefined,
    options: team.agent_options !== undefined,
  };
  const tab = wanted && seen[wanted] ? wanted : TABS.find((name) => seen[name]);
  if (!tab) return null;
  return (
    <Tabs value={tab} onValueChange={(next) => setTab(next as TabName)}>
      <TabsList aria-label="Parts of the team" className="mb-5">
        {seen.people && (
          <Tab value="people" count={team.user_count}>
            People
          </Tab>
        )}
        {seen.secrets && <Tab value="secrets">Enroll secrets</Tab>}
        {seen.options && <Tab value="options">Agent options</Tab>}
      </TabsList>
      <TabsContent value="people">
        {team.users && <TeamMembers team={team} members={team.users} />}
      </TabsContent>
      <TabsContent value="secrets">
        <SecretsCard owner={team.id} title="Enroll secrets" />
      </TabsContent>
      <TabsContent value="options">
        <TeamAgentOptions id={team.id} options={team.agent_options ?? null} />
      </TabsContent>
    </Tabs>
  );
}
