import { describe, expect, test } from "vitest";
import { POST as createPolicy } from "#app/api/v1/fleet/policies/route.ts";
import { POST } from "#app/api/v1/muster/sql/check/route.ts";
import { GET } from "#app/api/v1/muster/sql/tables/route.ts";
import { accessTable } from "#lib/testing/access.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld, unique } from "#lib/testing/world.ts";

await testDatabase();

accessTable({
  "POST /muster/sql/check": [
    POST,
    [200, 200, 200, 200, 200, 401],
    () => ({ body: { query: "SELECT 1 FROM alf" } }),
  ],
  "GET /muster/sql/tables": [GET, [200, 200, 200, 200, 200, 401]],
});

describe("POST /muster/sql/check", () => {
  test("answers with errors, warnings, tables and platforms", async () => {
    const { admin } = await createWorld();
    const check = async (query: string) => {
      const { status, body } = await request(POST, { token: admin.token, body: { query } });
      expect(status).toBe(200);
      return body;
    };
    expect(await check("SELECT 1\nFROM alf WHERE nope = 1")).toEqual({
      errors: [{ message: "no such column: nope", line: 2, column: 16 }],
      warnings: [],
      tables: ["alf"],
      platforms: ["darwin"],
    });
    const { warnings } = await check("SELECT 1 FROM file");
    expect(warnings).toEqual([{ message: expect.stringContaining("path"), line: 1, column: 15 }]);
  });

  test("bounds the query, and survives what SQLite gives up on", async () => {
    const { admin } = await createWorld();
    const send = (query: unknown) => request(POST, { token: admin.token, body: { query } });
    expect((await send("x".repeat(65_537))).status).toBe(422);
    expect((await send(7)).status).toBe(422);
    for (const deep of [
      "(".repeat(60_000),
      "EXISTS(SELECT ".repeat(4_000),
      "NOT ".repeat(15_000),
    ]) {
      expect((await send(`SELECT ${deep}`)).body.errors).toHaveLength(1);
    }
    expect((await send("SELECT 1 FROM alf")).body).toMatchObject({ errors: [], tables: ["alf"] });
  });

  test("does not stand between a client and a policy: what it refuses can be saved", async () => {
    const { admin } = await createWorld();
    const body = { name: unique("Policy"), query: "SELECT 1 FROM table_of_an_extension" };
    const { status } = await request(createPolicy, { token: admin.token, body });
    expect(status).toBe(200);
  });
});
