import { describe, expect, it } from "vitest";
import { placeAt, tableAt } from "./sql-context.ts";
import { ownTables, sourcesAt } from "./sql-sources.ts";

/** What the statement can name at the mark, as table and alias; of others than osquery's, the columns. */
function namedAt(marked: string): string[] {
  const offset = marked.indexOf("|");
  const sources = sourcesAt(marked.replace("|", ""), offset);
  return sources.map(({ alias, table, columns }) =>
    table ? `${table.name} ${alias}` : `(${columns.join(" ")}) ${alias}`,
  );
}

describe("what can be named at the cursor", () => {
  it.each([
    ["SELECT | FROM users u, groups AS g WHERE 1", ["users u", "groups g"]],
    [
      "SELECT * FROM alf LEFT JOIN disk_encryption ON |",
      ["alf alf", "disk_encryption disk_encryption"],
    ],
    [
      'SELECT | FROM main."users" "U" NATURAL JOIN (groups g, alf)',
      ["users u", "groups g", "alf alf"],
    ],
    // A subquery sees what is around it, innermost first, and not the other way round.
    ["SELECT 1 FROM users u WHERE uid IN (SELECT | FROM groups g)", ["groups g", "users u"]],
    ["SELECT 1 FROM users u WHERE | IN (SELECT gid FROM groups g)", ["users u"]],
    ["SELECT 1 FROM users UNION SELECT | FROM alf", ["alf alf"]],
    [
      "SELECT 1 FROM users x WHERE 1 AND EXISTS (SELECT 1 FROM alf x WHERE |)",
      ["alf x", "users x"],
    ],
    // Subqueries in FROM, which do not see each other.
    [
      "SELECT | FROM (SELECT uid, gid AS team FROM users) s, groups g",
      ["(uid team) s", "groups g"],
    ],
    ["SELECT 1 FROM alf a, (SELECT | FROM users) s", ["users users"]],
    ["SELECT | FROM (SELECT * FROM (SELECT uid, 1 AS one FROM users)) s", ["(uid one) s"]],
    [
      "SELECT | FROM (SELECT u.uid, g.* FROM (SELECT gid FROM groups) g, users u) s",
      ["(uid gid) s"],
    ],
    // Tables of a WITH.
    ["WITH a (x, y) AS (SELECT 1, 2) SELECT | FROM a b", ["(x y) b"]],
    ["WITH a AS (SELECT uid, count(*), max(1) n FROM users u) SELECT | FROM a", ["(uid n) a"]],
    ["WITH a AS (SELECT |, 1 FROM users u) SELECT 1 FROM a", ["users u"]],
    ["WITH a AS (SELECT 1 AS x), b AS MATERIALIZED (SELECT * FROM a) SELECT | FROM b", ["(x) b"]],
    ["WITH RECURSIVE r AS (SELECT 1 AS n UNION SELECT n + 1 FROM r) SELECT | FROM r", ["(n) r"]],
    // While it is written.
    ["SELECT lower(| FROM users", ["users users"]],
    ["SELECT CASE WHEN | FROM users WHERE uid = 0", ["users users"]],
    ["SELECT 1 FROM users u WHERE u.|", ["users u"]],
    [
      "SELECT 1 FROM users WHERE gid IN (SELECT gid FROM groups g WHERE |",
      ["groups g", "users users"],
    ],
  ])("%s", (sql, names) => {
    expect(namedAt(sql)).toEqual(names);
  });

  it("takes no keyword for an alias and no comment or text for a table", () => {
    const sql =
      "SELECT 1 FROM alf WHERE | -- from users\n AND y = 'from mounts' AND x IS DISTINCT FROM z";
    expect(namedAt(sql)).toEqual(["alf alf"]);
  });

  it("is found at once where tables of a WITH double each other", () => {
    const names = Array.from({ length: 40 }, (_, at) =>
      at === 0 ? "t0 AS (SELECT 1 AS x)" : `t${at} AS (SELECT * FROM t${at - 1}, t${at - 1} b)`,
    );
    const sql = `WITH ${names.join(", ")} SELECT | FROM t39`;
    expect(namedAt(sql)).toEqual(["(x) t39"]);
    expect(ownTables(sql)).toHaveLength(40);
  });
});

describe("what can be written at the cursor", () => {
  it.each([
    ["SELECT 1 FROM ", "table"],
    ["SELECT 1 FROM disk_enc", "table"],
    ['SELECT 1 FROM "disk_enc', "table"],
    ["SELECT 1 FROM users JOIN [gro", "table"],
    ["SELECT 1 FROM users u, ", "table"],
    ["SELECT 1 FROM users JOIN gro", "table"],
    ["SELECT 1 FROM users u JOIN groups g ON u.gid = g.gid, ", "table"],
    ["SELECT 1 FROM users WHERE uid IN (1, ", "expression"],
    ["SELECT 1 FROM users WHERE uid IN (SELECT uid FROM alf, ", "table"],
    ["SELECT 1 FROM users WHERE uid IS DISTINCT FROM ", "expression"],
    ["WITH a AS (SELECT 1), b AS (SELECT 1 FROM ", "table"],
    ["SELECT ", "expression"],
    ["SELECT 1 FROM users WHERE ui", "expression"],
    ["SELECT a, ", "expression"],
    ["SELECT 1 FROM users u WHERE u.", "column-of"],
    ["SELECT 1 FROM users u WHERE u.na", "column-of"],
    ['SELECT 1 FROM users u WHERE u."na', "column-of"],
    ['SELECT 1 FROM users u WHERE "it\'s" = ', "expression"],
    ["SELECT 1 FROM users WHERE name = 'from ", "text"],
    ["SELECT 1 -- from ", "text"],
    ["SELECT 1 /* from ", "text"],
    ["SELECT 1 /* from */", "expression"],
  ])("%j: %s", (before, kind) => {
    expect(placeAt(before).kind).toBe(kind);
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
    ["SELECT 1 FROM groups x WHERE EXISTS (SELECT x.|uid FROM users x)", "users"],
    ["SELECT U|.uid FROM users U", "users"],
    ["SEL|ECT 1 FROM users", undefined],
  ])("%s", (sql, table) => {
    expect(tableAt(sql.replace("|", ""), sql.indexOf("|"))).toBe(table);
  });
});
