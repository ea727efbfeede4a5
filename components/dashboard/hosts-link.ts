import type { Query } from "#lib/http/client.ts";

/** `null` is left out. */
function linkTo(path: string, query: Query): string {
  const given = Object.entries(query).filter(([, value]) => value !== null);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length > 0 ? `${path}?${search}` : path;
}

/** The list behind a number of the dashboard: the hosts page reads the API's own filter names. */
export const hostsLink = (teamId: number | null, filter: Query): string =>
  linkTo("/hosts", { team_id: teamId, ...filter });

/** The policies in view, or one of them. */
export const policiesLink = (teamId: number | null, filter: Query, id?: number): string =>
  linkTo(id === undefined ? "/policies" : `/policies/${id}`, { team_id: teamId, ...filter });

export function addHostsPath(teamId: number | null): string {
  return teamId ? `/hosts/add?team_id=${teamId}` : "/hosts/add";
}
