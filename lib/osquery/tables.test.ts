import { expect, test } from "vitest";
import { wordsOf } from "./sql-words.ts";
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

test("words in comments and strings are no words of a statement", () => {
  const words = wordsOf("SELECT 'alf' FROM users /* file */ WHERE \"uid\" = 1 -- bitlocker_info");
  expect([...words]).toEqual(["select", "from", "users", "where", "uid"]);
});
