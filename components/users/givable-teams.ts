import { isAdmin, type Viewer, type ViewerTeam } from "#components/layout/viewer.ts";

/** The teams in which this person may give roles: all for global admins, else those they administer. */
export function givableTeams(viewer: Viewer | undefined): ViewerTeam[] {
  const teams = viewer?.available_teams.filter((team) => team.id > 0) ?? [];
  if (isAdmin(viewer)) return teams;
  const own = viewer?.user.teams.filter((team) => team.role === "admin") ?? [];
  return teams.filter((team) => own.some(({ id }) => id === team.id));
}
