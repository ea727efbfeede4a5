/** The names of the API's version, of which only the first has files. */
const VERSIONS = ["v1", "latest", "2022-04"] as const;

/**
 * Other names of paths below /api/v1/fleet, and whose they are: Fleet's since 4.82, its singular of teams, and what
 * v1 calls the policies of all teams. One route answers all of them.
 */
export const PATH_ALIASES = [
  ["fleets", "teams"],
  ["team", "teams"],
  ["spec/fleets", "spec/teams"],
  ["reports", "queries"],
  ["global/policies", "policies"],
] as const;

const FLEET_PATH = new RegExp(`^/api/(?:${VERSIONS.join("|")})/fleet/(.*)$`);

/** Whether a path is of the API that is Fleet's. */
export const isFleetPath = (path: string): boolean => FLEET_PATH.test(path);

/** The path by which the routes' files have it. */
export function routePath(path: string): string {
  const rest = FLEET_PATH.exec(path)?.[1];
  if (rest === undefined) return path;
  const alias = PATH_ALIASES.find(([name]) => rest === name || rest.startsWith(`${name}/`));
  return `/api/v1/fleet/${alias ? alias[1] + rest.slice(alias[0].length) : rest}`;
}

const rewrite = (version: string, from: string, to: string) => ({
  source: `/api/${version}/fleet/${from}:path*`,
  destination: `/api/v1/fleet/${to}:path*`,
});

/** routePath as Next takes it. Aliases come first, because the last two take all that is left. */
export const fleetRewrites = [
  ...VERSIONS.flatMap((version) =>
    PATH_ALIASES.map(([name, path]) => rewrite(version, `${name}/`, `${path}/`)),
  ),
  ...VERSIONS.slice(1).map((version) => rewrite(version, "", "")),
];
