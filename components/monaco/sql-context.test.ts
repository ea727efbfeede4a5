import { describe, expect, it } from "vitest";
import { ownTables, placeAt, tableAt, tablesInScope } from "./sql-context.ts";

const named = (sql: string) => tablesInScope(sql).map(({ table, alias }) => [table.name, alias]);

describe("tables in scope", () => {
  it("knows aliases, lists, joins and subqueries", () => {
    expect(named("SELECT 1 FROM users u, groups AS g WHERE 1")).toEqual([
      ["users", "u"],
      ["groups", "g"],
    ]);
    expect(named("SELECT * FROM alf JOIN disk_encryption ON 1")).toEqual([
      ["alf", "alf"],
      ["disk_encryption", "disk_encryption"],
    ]);
    expect(named("SELECT 1 WHERE EXISTS (SELECT 1 FROM mounts m)")).toEqual([["mounts", "m"]]);
  });

  it("takes no keyword for an alias and no comment for a table", () => {
    expect(named("SELECT 1 FROM alf WHERE x -- from users\n AND y = 'from mounts'")).toEqual([
      ["alf", "alf"],
    ]);
  });
});

describe("what can be written at the cursor", () => {
  it.each([
    ["SELECT 1 FROM ", "table"],
    ["SELECT 1 FROM disk_enc", "table"],
    ["SELECT 1 FROM users u, ", "table"],
    ["SELECT 1 FROM users JOIN gro", "table"],
    ["SELECT ", "expression"],
    ["SELECT 1 FROM users WHERE ui", "expression"],
    ["SELECT a, ", "expression"],
    ["SELECT 1 FROM users u WHERE u.", "column-of"],
    ["SELECT 1 FROM users WHERE name = 'from ", "text"],
    ["SELECT 1 -- from ", "text"],
  ])("%j: %s", (before, kind) => {
    expect(placeAt(before).kind).toBe(kind);
  });
});

describe("a statement's own tables", () => {
  it("have the columns that the text names", () => {
    const sql = `WITH a (x, y) AS (SELECT 1, 2), b AS MATERIALIZED (
      SELECT uid, u.gid AS team, count(*), max(1) n FROM users u) SELECT 1 FROM a, b`;
    expect(ownTables(sql)).toEqual([
      { name: "a", columns: ["x", "y"] },
      { name: "b", columns: ["uid", "team", "n"] },
    ]);
  });
});

describe("the table at the cursor", () => {
  it.each([
    ["SELECT 1 FROM us|ers", "users"],
    ["SELECT 1 FROM users|", "users"],
    ["SELECT u|.uid FROM users u JOIN groups g", "users"],
    ["SELECT u.ui|d FROM users u JOIN groups g", "users"],
    ["SELECT user|name FROM users u JOIN groups g", "users"],
    ["SELECT gi|d FROM users u JOIN groups g", undefined],
    ["SELECT 'us|ers' FROM groups", undefined],
    ["SEL|ECT 1 FROM users", undefined],
  ])("%s", (sql, table) => {
    expect(tableAt(sql.replace("|", ""), sql.indexOf("|"))).toBe(table);
  });
});
