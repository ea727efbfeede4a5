import { expect, test } from "vitest";
import { platformsThatCanRun, tablesNamedIn, unknownTablesIn } from "./sql-tables.ts";
import descriptions from "./table-descriptions.json" with { type: "json" };
import { columnsOf, osqueryTable, osqueryTables, tablesFor } from "./tables.ts";

test("all 284 tables parse, each with a platform and at least one column", () => {
  expect(osqueryTables).toHaveLength(284);
  for (const table of osqueryTables) {
    expect(table.platforms.length, table.name).toBeGreaterThan(0);
    expect(table.columns.length, table.name).toBeGreaterThan(0);
    for (const column of table.columns) expect(column.name).toMatch(/^\w+$/);
  }
});

test("each has a line of ours that says what it holds", () => {
  expect(Object.keys(descriptions)).toEqual(osqueryTables.map(({ name }) => name));
  for (const line of Object.values(descriptions)) expect(line).toMatch(/^[A-Zo].{10,80}\.$/);
});

test("the compact line keeps type, hidden, required, index and platform of a column", () => {
  const file = osqueryTable("file");
  const column = (name: string) => file?.columns.find((one) => one.name === name);
  expect(column("path")).toMatchObject({ type: "text", required: true, index: true });
  expect(column("mtime")).toMatchObject({ type: "bigint", required: false, hidden: false });
  expect(column("pid_with_namespace")).toMatchObject({ hidden: true, platforms: ["linux"] });
});

test("a platform sees only its own tables and columns", () => {
  const names = tablesFor("darwin").map((table) => table.name);
  expect(names).toContain("alf");
  expect(names).not.toContain("bitlocker_info");
  const encryption = osqueryTable("disk_encryption");
  const onLinux = encryption ? columnsOf(encryption, "linux").map((column) => column.name) : [];
  expect(onLinux).toContain("encrypted");
  expect(onLinux).not.toContain("filevault_status");
});

test("an alias and another case find the same table", () => {
  expect(osqueryTable("Programs_And_Features")?.name).toBe("programs");
  expect(osqueryTable("nothing")).toBeUndefined();
});

test("words in comments and strings name no table, and a common table is not unknown", () => {
  const sql = "WITH mine AS (SELECT 'alf' x) SELECT * FROM mine JOIN users -- bitlocker_info";
  expect(tablesNamedIn(sql).map((table) => table.name)).toEqual(["users"]);
  expect(unknownTablesIn(sql)).toEqual([]);
  expect(unknownTablesIn("SELECT 1 FROM userz")).toEqual(["userz"]);
  expect(platformsThatCanRun("SELECT 1 FROM alf, users")).toEqual(["darwin"]);
  expect(platformsThatCanRun("SELECT 1 FROM registry")).toEqual(["windows"]);
});
