"use client";

import { useViewer } from "#components/layout/viewer.ts";

/** What the team in view is called, for headings. */
export function useTeamName(teamId: number | null): string {
  const teams = useViewer()?.available_teams ?? [];
  if (teamId === null) return "All teams";
  if (teamId === 0) return "Hosts in no team";
  return teams.find((team) => team.id === teamId)?.name ?? "";
}
