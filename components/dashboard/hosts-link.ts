import type { Query } from "#lib/http/client.ts";

/** The list behind a number of the dashboard: the hosts page reads the API's own filter names. */
export function hostsLink(teamId: number | null, filter: Query): string {
  const given = Object.entries({ team_id: teamId, ...filter }).filter(
    ([, value]) => value !== null,
  );
  const params = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  const search = params.toString();
  return search ? `/hosts?${search}` : "/hosts";
}

export function addHostsPath(teamId: number | null): string {
  return teamId ? `/hosts/add?team_id=${teamId}` : "/hosts/add";
}
