"use client";

import { Plus, SearchX, UsersRound } from "lucide-react";
import { useState } from "react";
import { EmptyState } from "#components/layout/empty-state.tsx";
import { EditedElsewhere, useRepositoryUrl } from "#components/layout/gitops.tsx";
import { PageHeader } from "#components/layout/page-header.tsx";
import { SearchedList } from "#components/layout/searched-list.tsx";
import { isAdmin, useViewer } from "#components/layout/viewer.ts";
import { Button } from "#components/ui/button.tsx";
import { teamListOptions } from "#lib/teams/client.ts";
import { TEAM_COLUMNS } from "./team-columns.tsx";
import { TeamDialog } from "./team-dialog.tsx";

export function TeamList() {
  const [creating, setCreating] = useState(false);
  const isAdministrator = isAdmin(useViewer());
  const mayCreate = useRepositoryUrl() === null && isAdministrator;
  const newTeam = mayCreate && (
    <Button variant="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      New team
    </Button>
  );
  return (
    <>
      <PageHeader
        title="Teams"
        description="Hosts that belong together, with their own policies, secrets and people."
        actions={newTeam}
      />
      <EditedElsewhere teamId={null} what="Teams are" />
      <SearchedList
        what="teams"
        placeholder="Search teams"
        columns={TEAM_COLUMNS}
        orderKeys={["name", "host_count", "user_count", "created_at"]}
        options={teamListOptions}
        rowsOf={({ teams }) => teams}
        empty={(isSearching, clearButton) =>
          isSearching ? (
            <EmptyState
              icon={<SearchX />}
              title="No team of that name"
              description="No team's name contains what you searched for."
              actions={clearButton}
            />
          ) : (
            <EmptyState
              icon={<UsersRound />}
              title="No teams yet"
              description="Hosts in no team are asked the global policies. A team adds policies of its own, and people who see nothing else."
              actions={newTeam}
            />
          )
        }
      />
      <TeamDialog open={creating} onOpenChange={setCreating} />
    </>
  );
}
