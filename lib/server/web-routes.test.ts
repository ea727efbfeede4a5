import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { API_SUBJECTS, webRoute } from "./web-routes.ts";

const API = join(import.meta.dirname, "../../app/api/v1");

test("every subject of the API is counted by its name, and no other", () => {
  const folders = ["fleet", "muster"].flatMap((name) => readdirSync(join(API, name)));
  expect([...API_SUBJECTS].sort()).toEqual([...new Set(folders)].sort());
});

test.each([
  ["/api/v1/muster/attest/C02X", "attest"],
  ["/api/latest/fleet/hosts/1", "hosts"],
  ["/api/latest/fleet/fleets/3/policies", "teams"],
  ["/api/v1/fleet/team/3/policies", "teams"],
  ["/api/2022-04/fleet/spec/fleets", "spec"],
  ["/api/v1/fleet/reports/run", "queries"],
  ["/api/v1/fleet/global/policies", "policies"],
  ["/api/v1/fleet/fleetsome", "unknown"],
  ["/api/latest/muster/posture", "unknown"],
  ["/api/v1/fleet/whatever/hosts", "unknown"],
  ["/api/v1/fleet/constructor", "unknown"],
  ["/api/nothing", "unknown"],
  ["/api/auth/session", "auth"],
  ["/_next/static/a.js", "asset"],
  ["/device/a-secret-token", "my device"],
  ["/version", "version"],
  ["/policies/12", "page"],
  ["/anything-at-all", "page"],
])("%s is counted as %s", (path, name) => {
  expect(webRoute(path)).toBe(name);
});
