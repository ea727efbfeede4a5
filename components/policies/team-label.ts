import type { Viewer } from "#components/layout/viewer.ts";

/** What a policy's team is called: null asks the hosts of all teams, 0 those in none. */
export function teamLabel(viewer: Viewer, teamId: number | null): string {
  if (teamId === null) return "All teams";
  if (teamId === 0) return "No team";
  return viewer.available_teams.find(({ id }) => id === teamId)?.name ?? `Team ${teamId}`;
}
