import { expect, test } from "vitest";
import { z } from "zod";
import { isAppError } from "#lib/errors.ts";
import { withBothNames, withOldNames, withOldParameters } from "./fleet-names.ts";

const member = z.object({ team: z.string(), role: z.string() });
const schema = z
  .strictObject({
    team_id: z.int().nullish(),
    teams: z.array(member).nullish(),
    filters: z.strictObject({ team_id: z.int().optional() }).nullish(),
    roles: z.record(z.string(), z.object({ teams: z.array(member) })).default({}),
    options: z.record(z.string(), z.unknown()).optional(),
    query: z.string().nullish().transform(String),
  })
  .superRefine(() => {});

const conflict = (value: unknown) => {
  try {
    return withOldNames(schema, value);
  } catch (error) {
    return isAppError(error) ? [error.kind, error.message] : error;
  }
};

test("a request by the new names is the same as by the old, at every depth that the schema knows", () => {
  const old = {
    team_id: 3,
    teams: [{ team: "Lab", role: "observer" }],
    filters: { team_id: 4 },
    roles: { "a@example.com": { teams: [{ team: "Lab", role: "admin" }] } },
  };
  const now = {
    fleet_id: 3,
    fleets: [{ fleet: "Lab", role: "observer" }],
    filters: { fleet_id: 4 },
    roles: { "a@example.com": { fleets: [{ fleet: "Lab", role: "admin" }] } },
  };
  expect(withOldNames(schema, now)).toEqual(old);
  expect(withOldNames(schema, old)).toEqual(old);
  expect(withOldNames(schema, { ...old, ...now })).toEqual(old);
});

test("both names are refused when they differ, null and absent lists included", () => {
  const text = (old: string, now: string) => [
    "bad_request",
    `Specify only one of "${old}" or "${now}"`,
  ];
  expect(conflict({ team_id: 3, fleet_id: 4 })).toEqual(text("team_id", "fleet_id"));
  expect(conflict({ team_id: null, fleet_id: 4 })).toEqual(text("team_id", "fleet_id"));
  expect(conflict({ filters: { team_id: 3, fleet_id: 4 } })).toEqual(text("team_id", "fleet_id"));
  expect(conflict({ teams: [], fleets: [{ fleet: "Lab", role: "admin" }] })).toEqual(
    text("teams", "fleets"),
  );
});

test("keys of maps are their authors', and what is no object stays as it is", () => {
  const options = { fleet_id: 1, fleets: [{ fleet: 2 }], config: { fleet: "x" } };
  expect(withOldNames(schema, { options })).toEqual({ options });
  expect(withBothNames(schema, { options: { team_id: 1 } })).toEqual({ options: { team_id: 1 } });
  for (const value of [null, 7, "text", [], undefined]) {
    expect(withOldNames(schema, value)).toEqual(value);
    expect(withBothNames(schema, value)).toEqual(value);
  }
  const odd = JSON.parse('{"__proto__": {"team_id": 9}, "constructor": 1, "fleet_id": 2}');
  const named = withOldNames(schema, odd) as Record<string, unknown>;
  expect(Object.keys(named).sort()).toEqual(["__proto__", "constructor", "team_id"]);
  expect(Object.getPrototypeOf(named)).toBe(Object.prototype);
});

test("a schema with a key of the new name keeps it", () => {
  const own = z.object({ team: z.string(), fleet: z.string() });
  expect(withOldNames(own, { team: "a", fleet: "b" })).toEqual({ team: "a", fleet: "b" });
  expect(withBothNames(own, { team: "a", fleet: "b" })).toEqual({ team: "a", fleet: "b" });
});

test("an answer has both names, inside of what is renamed as well, and the given value is untouched", () => {
  const given = { team_id: null, teams: [{ team: "Lab", role: "admin" }], query: "x" };
  const before = structuredClone(given);
  const member = { team: "Lab", fleet: "Lab", role: "admin" };
  expect(withBothNames<object>(schema, given)).toEqual({
    team_id: null,
    fleet_id: null,
    teams: [member],
    fleets: [member],
    query: "x",
  });
  expect(given).toEqual(before);
});

test("an empty parameter of a URL counts as absent, and differing ones are refused", () => {
  const query = z.object({ team_id: z.string().optional(), query: z.string().optional() });
  const read = (search: string) => withOldParameters(query, new URLSearchParams(search));
  expect(read("fleet_id=3")).toEqual({ team_id: "3" });
  expect(read("team_id=&fleet_id=3&query=")).toEqual({ team_id: "3", query: "" });
  expect(read("team_id=3&fleet_id=")).toEqual({ team_id: "3" });
  expect(() => read("team_id=3&fleet_id=4")).toThrow('Specify only one of "team_id" or "fleet_id"');
});
