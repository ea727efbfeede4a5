"use client";

import { parseAsInteger, useQueryState } from "nuqs";

/**
 * The team in view, kept in the URL as `team_id`: null is all teams, 0 is hosts in no team. A
 * change starts the list again at its first page, since the old page number means nothing there.
 */
export function useTeam() {
  const [teamId, setTeamId] = useQueryState("team_id", parseAsInteger);
  const [, setPage] = useQueryState("page", parseAsInteger);
  function choose(next: number | null) {
    void setPage(null);
    void setTeamId(next, { history: "push" });
  }
  return [teamId, choose] as const;
}

export function teamSearch(teamId: number | null): string {
  return teamId === null ? "" : `?team_id=${teamId}`;
}
