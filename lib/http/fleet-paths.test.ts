import { expect, test } from "vitest";
import { fleetRewrites, isFleetPath, routePath } from "./fleet-paths.ts";

/** Where Next sends a path, by the first rewrite that fits. */
function rewritten(path: string): string {
  for (const { source, destination } of fleetRewrites) {
    const [start = "", end = ""] = [source, destination].map((text) => text.replace("/:path*", ""));
    if (path === start || path.startsWith(`${start}/`)) return end + path.slice(start.length);
  }
  return path;
}

test.each([
  ["fleets", "teams"],
  ["fleets/3", "teams/3"],
  ["fleets/3/policies/7", "teams/3/policies/7"],
  ["team/3/policies/count", "teams/3/policies/count"],
  ["spec/fleets", "spec/teams"],
  ["reports/run_by_identifiers", "queries/run_by_identifiers"],
  ["global/policies/delete", "policies/delete"],
  ["policies/7", "policies/7"],
  ["teams/3/fleets", "teams/3/fleets"],
  ["fleetsome/3", "fleetsome/3"],
  ["hosts/report", "hosts/report"],
])("/%s is answered by the route of /%s, by every name of the version", (alias, path) => {
  for (const version of ["v1", "latest", "2022-04"]) {
    const asked = `/api/${version}/fleet/${alias}`;
    expect([routePath(asked), rewritten(asked)]).toEqual(Array(2).fill(`/api/v1/fleet/${path}`));
    expect(isFleetPath(asked)).toBe(true);
  }
});

test.each(["/api/v1/muster/fleets", "/api/v2/fleet/fleets", "/fleets", "/api/osquery/config"])(
  "%s has no other name",
  (path) => {
    expect([routePath(path), rewritten(path), isFleetPath(path)]).toEqual([path, path, false]);
  },
);
