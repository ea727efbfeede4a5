"use client";

import { parseAsInteger, useQueryState } from "nuqs";
import { useViewer, type Viewer } from "./viewer.ts";

/** Somebody who belongs to one team and has no global role never sees anything else. */
function onlyTeamOf(viewer: Viewer | undefined): number | null {
  if (!viewer || viewer.user.global_role !== null) return null;
  const [first, ...others] = viewer.available_teams;
  return first && others.length === 0 ? first.id : null;
}

/**
 * The team in view, kept in the URL as `team_id`: null is all teams, 0 is hosts in no team. A
 * change starts the list again at its first page, since the old page number means nothing there.
 */
export function useTeam() {
  const onlyTeam = onlyTeamOf(useViewer());
  const [chosen, setTeamId] = useQueryState("team_id", parseAsInteger);
  const [, setPage] = useQueryState("page", parseAsInteger);
  function choose(next: number | null) {
    void setPage(null);
    void setTeamId(next, { history: "push" });
  }
  return [chosen ?? onlyTeam, choose] as const;
}

export function teamSearch(teamId: number | null): string {
  return teamId === null ? "" : `?team_id=${teamId}`;
}
