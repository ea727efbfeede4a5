import { expect, test } from "vitest";
import { columnsOf, osqueryTable } from "#lib/osquery/tables.ts";
import { createHost } from "./host.ts";
import { makeFleet } from "./profiles.ts";
import { filledTables } from "./tables/all.ts";

test("the same seed makes the same fleet, and a longer fleet begins with a shorter one", () => {
  expect(makeFleet("a", 60).slice(0, 30)).toEqual(makeFleet("a", 30));
  expect(makeFleet("b", 1)).not.toEqual(makeFleet("a", 1));
});

test("no two of a thousand hosts share a name, identifier, address or serial", () => {
  const fleet = makeFleet("muster", 1000);
  for (const key of ["hostname", "uuid", "ipAddress", "macAddress"] as const) {
    expect(new Set(fleet.map((host) => host[key])).size, key).toBe(1000);
  }
  const serials = fleet.map((host) => host.serial).filter((serial) => serial !== "");
  expect(new Set(serials).size).toBe(serials.length);
});

test("every simulated row has only columns that its table has on its platform", () => {
  const now = new Date();
  for (const profile of makeFleet("muster", 60)) {
    const host = createHost(profile, now);
    for (const name of Object.keys(filledTables[profile.platform])) {
      const table = osqueryTable(name);
      expect(host.hasTable(name), `${name} on ${profile.platform}`).toBe(true);
      const columns = table ? columnsOf(table, profile.platform) : [];
      const known = new Set(columns.map((column) => column.name));
      const used = host.rowsOf(name, now).flatMap((row) => Object.keys(row));
      const unknown = used.filter((column) => !known.has(column));
      expect(unknown, `${name} on ${profile.platform}`).toEqual([]);
    }
  }
});
