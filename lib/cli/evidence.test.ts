import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { settings } from "#db/schema/system.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { answer, insertHost } from "#lib/testing/fixtures.ts";
import { startHistory } from "#lib/testing/history.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { insertUser } from "#lib/testing/world.ts";
import { testCli } from "./test-cli.ts";
import { serveRoutes } from "./test-server.ts";

const db = await testDatabase();
const address = await serveRoutes();
const { token } = await insertUser("admin");
const { home, muster } = await testCli({ MUSTER_ADDRESS: address, MUSTER_TOKEN: token });

test("evidence is written to a file that is whole or not there", async () => {
  await startHistory();
  const began = eq(settings.name, "historyBegan");
  await db.update(settings).set({ value: "2020-01-01T00:00:00.000Z" }).where(began);
  const id = await insertPolicy({ name: "Disk is encrypted" });
  await answer(await insertHost(), id, "pass");
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const file = join(home, "evidence.csv");
  const done = await muster(["evidence", "--from", day, "--policy", String(id), "-o", file]);
  expect(done).toMatchObject({ code: 0, err: "" });
  const lines = (await readFile(file, "utf8")).trim().split("\n");
  expect(lines).toHaveLength(2);
  expect(lines[1]).toContain("Disk is encrypted");

  const html = join(home, "evidence.html");
  await muster(["evidence", "--from", day, "--format", "html", "-o", html]);
  expect(await readFile(html, "utf8")).toContain("<h1>How policies stood</h1>");

  const refused = join(home, "refused.csv");
  const early = await muster(["evidence", "--from", "2019-01-01", "-o", refused]);
  expect(early.code).toBe(1);
  expect(early.err).toContain("from is before history began");
  expect((await muster(["evidence", "--from", "soon", "-o", refused])).code).toBe(2);
  expect((await readdir(home)).filter((name) => name.includes("refused"))).toEqual([]);
});
