import { expect, test } from "vitest";
import { osqueryTables } from "#lib/osquery/tables.ts";
import { findTables } from "./find-tables.ts";

const says = ({ name }: { name: string }) => (name === "bitlocker_info" ? "Encryption." : "");
const found = (search: string) =>
  findTables(osqueryTables, search, says).map(({ table, column }) => [table.name, column]);

test("a table is found by how it begins, what it is called, what it says and its columns, in this order", () => {
  const names = found("encryption");
  expect(names.slice(0, 2)).toEqual([
    ["disk_encryption", undefined],
    ["bitlocker_info", undefined],
  ]);
  expect(names).toContainEqual(["time_machine_destinations", "encryption"]);
  expect(found("filevault")).toEqual([["disk_encryption", "filevault_status"]]);
  expect(found(" USERS ")[0]).toEqual(["users", undefined]);
});

test("an older name finds a table too, and nothing finds all", () => {
  expect(found("programs_and")).toEqual([["programs", undefined]]);
  expect(found("")).toHaveLength(osqueryTables.length);
  expect(found("no such thing")).toEqual([]);
});
