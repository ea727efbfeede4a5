import type { z } from "zod";
import type { TeamJson, teamListReply } from "#lib/teams/schema.ts";
import { CommandError, EXIT } from "./exit-codes.ts";
import type { Api } from "./invocation.ts";
import { nearestOf } from "./nearest.ts";

/** More than anybody has; the server's own limit of a page. */
const TEAMS_MAX = 10_000;

/** What the hosts in no team are called, as in Fleet. */
export const NO_TEAM = "No team";

export async function listTeams(api: Api): Promise<TeamJson[]> {
  const query = { per_page: TEAMS_MAX };
  return (await api.get<z.output<typeof teamListReply>>("/fleet/teams", query)).teams;
}

/** The id of a team by its name; 0 for "No team". Throws with the name that was perhaps meant. */
export async function teamIdOf(api: Api, name: string): Promise<number> {
  if (name.toLowerCase() === NO_TEAM.toLowerCase()) return 0;
  const teams = await listTeams(api);
  const found =
    teams.find((team) => team.name === name) ??
    teams.find((team) => team.name.toLowerCase() === name.toLowerCase());
  if (found) return found.id;
  const names = teams.map((team) => team.name);
  const near = nearestOf(name, names);
  const hint = near ? `Did you mean "${near}"?` : "muster teams list shows them.";
  throw new CommandError(EXIT.notFound, `There is no team "${name}".`, hint);
}
