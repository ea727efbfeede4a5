import { expect, test } from "vitest";
import { GET as getReport } from "#app/api/v1/muster/runs/[id]/report.csv/route.ts";
import { POST as start } from "#app/api/v1/muster/runs/route.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { request } from "#lib/testing/request.ts";
import { createWorld } from "#lib/testing/world.ts";

const db = await testDatabase();
const { admin } = await createWorld();

async function run(hostIds: number[]): Promise<number> {
  const body = { query: "SELECT * FROM os_version;", targets: { host_ids: hostIds } };
  return (await request(start, { token: admin.token, body })).body.id;
}

const answered = (runId: number, hostIds: number[], rows: object[]) =>
  db.$client.query(
    `UPDATE run_hosts SET state = 'done', row_count = ?, answer_rows = ?,
     answered_at = UTC_TIMESTAMP(3) WHERE run_id = ? AND host_id IN (?)`,
    [rows.length, JSON.stringify(rows), runId, hostIds],
  );

const reportOf = (id: number) => request(getReport, { token: admin.token, params: { id } });

test("it has a line per row, and quotes what a spreadsheet would run", async () => {
  const [host, silent] = [await insertHost(), await insertHost()];
  const id = await run([host, silent]);
  await answered(
    id,
    [host],
    [
      { hostname: "a", path: "=1+1" },
      { hostname: "a", path: "=2+2\nmore" },
    ],
  );
  const { body, headers } = await reportOf(id);
  expect(headers.get("content-type")).toContain("text/csv");
  const lines = body.trim().split("\n");
  expect(lines).toHaveLength(5);
  expect(lines[0]).toMatch(/^host_id,hostname.*,answer_hostname,path$/);
  expect(lines[1]).toMatch(/'=1\+1"?$/);
  expect(lines[2]).toMatch(/"'=2\+2$/);
  expect(lines[4]).toContain("waiting");
});

test("it has the columns of every host, also of the last of many", async () => {
  const linux = await Promise.all(Array.from({ length: 50 }, () => insertHost()));
  const mac = await insertHost();
  const id = await run([...linux, mac]);
  await answered(id, linux, [{ name: "Ubuntu" }]);
  await answered(id, [mac], [{ name: "macOS", extra: "(a)" }]);
  const { body } = await reportOf(id);
  const lines = body.trim().split("\n");
  expect(lines).toHaveLength(52);
  expect(lines[0]).toMatch(/,name,extra$/);
  expect(lines[1]).toMatch(/,Ubuntu,$/);
  expect(lines[51]).toMatch(/,macOS,\(a\)$/);
});
