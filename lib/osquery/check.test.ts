import initSqlJs from "sql.js";
import { beforeAll, describe, expect, test } from "vitest";
import { checkSql, type SqlCheck } from "./check.ts";
import { openSqlite, type Sqlite } from "./check-sqlite.ts";
import { createSchema } from "./schema.ts";
import { asName } from "./sql-words.ts";
import { osqueryTables } from "./tables.ts";

let sqlite: Sqlite;
const check = (sql: string): SqlCheck => checkSql(sqlite, sql);

beforeAll(async () => {
  const options = { useOldExtensionFunctions: false } as Parameters<typeof initSqlJs>[0];
  sqlite = openSqlite(await initSqlJs(options));
});

describe("an error has SQLite's words and the place it means", () => {
  test.each([
    ["SELECT 1 FROM userz", "no such table: userz", 1, 15],
    ["SELECT 1\nFROM users u\nWHERE u.nam = 'root'", "no such column: u.nam", 3, 7],
    ["SELECT nope FROM users", "no such column: nope", 1, 8],
    ["-- nope\nSELECT 'nope', nope FROM users", "no such column: nope", 2, 16],
    // The name is a column inside and none outside.
    [
      "SELECT path FROM users WHERE uid IN (SELECT pid FROM processes WHERE path = 'x')",
      "no such column: path",
      1,
      8,
    ],
    ["SELECT x.uid FROM users u", "no such column: x.uid", 1, 8],
    ["SELECT 1 FROM users, groups WHERE gid = 1", "ambiguous column name: gid", 1, 35],
    ["SELCT 1", 'near "SELCT": syntax error', 1, 1],
    ["SELECT 1 FROM WHERE", 'near "WHERE": syntax error', 1, 15],
    ["SELECT 1 FROM users WHERE FROM", 'near "FROM": syntax error', 1, 27],
    ["SELECT 1\nFROM users\nWHERE uid = = 1", 'near "=": syntax error', 3, 13],
    ["SELECT 1 FROM users WHERE (uid = 1", "incomplete input", 1, 35],
    ["SELECT 1 FROM users WHERE", "incomplete input", 1, 26],
    ["SELECT 1 FROM users WHERE username = 'root", 'unrecognized token: "\'root"', 1, 38],
    ["SELECT uid, 12ab FROM users", 'unrecognized token: "12ab"', 1, 13],
    ["SELECT nofunc(1)", "no such function: nofunc", 1, 8],
    ["SELECT regex_match('a', 'b')", "wrong number of arguments to function regex_match()", 1, 8],
    ["SELECT 1 FROM users WHERE count(*) > 1", "misuse of aggregate function count()", 1, 27],
    ["SELECT count(*) FROM users WHERE count(*) > 1", "misuse of aggregate: count()", 1, 34],
    [
      "SELECT uid FROM users UNION SELECT uid, gid FROM users",
      "SELECTs to the left and right of UNION do not have the same number of result columns",
      1,
      23,
    ],
    [
      "SELECT 1 FROM users ORDER BY username COLLATE backwards",
      "no such collation sequence: backwards",
      1,
      47,
    ],
    ["WITH a AS (SELECT nope FROM users) SELECT 1 FROM a", "no such column: nope", 1, 19],
    ["SELECT 1 FROM ünknown", "no such table: ünknown", 1, 15],
    ["SELECT 1 FROM alf JOIN disk_encryptio", "no such table: disk_encryptio", 1, 24],
  ])("%s", (sql, message, line, column) => {
    expect(check(sql).errors).toEqual([{ message, line, column }]);
  });
});

describe("what is no query is refused", () => {
  test.each([
    ["", "The query is empty.", 1, 1],
    [" \n-- nothing", "The query is empty.", 1, 1],
    [";", "The query is empty.", 1, 1],
    ["SELECT 1; SELECT 2", "Only one statement is allowed", 1, 11],
    ["SELECT 1;\n\nDROP TABLE users;", "Only one statement is allowed", 3, 1],
    ["INSERT INTO users VALUES (1)", "INSERT is refused", 1, 1],
    ["update users SET uid = 1", "UPDATE is refused", 1, 1],
    ["PRAGMA table_info(users)", "PRAGMA is refused", 1, 1],
    ["SELECT name FROM pragma_table_info('users')", "PRAGMA is refused", 1, 18],
    ["SELECT * FROM Pragma_journal_mode", "PRAGMA is refused", 1, 15],
    ["SELECT 1 FROM users JOIN main.[pragma_user_version]", "PRAGMA is refused", 1, 31],
    ["SELECT 1 FROM users u JOIN alf ON 1, 'pragma_table_list'", "PRAGMA is refused", 1, 38],
    ["SELECT 1 FROM (users, (pragma_table_list))", "PRAGMA is refused", 1, 24],
    ["SELECT 1 FROM users WHERE uid IN pragma_user_version", "PRAGMA is refused", 1, 34],
    ["WITH a AS (SELECT * FROM pragma_table_list) SELECT 1 FROM a", "PRAGMA is refused", 1, 26],
    ["ATTACH 'x' AS y", "ATTACH is refused", 1, 1],
    ["EXPLAIN SELECT 1", "EXPLAIN is refused", 1, 1],
    ["CREATE TABLE x (y)", "CREATE is refused", 1, 1],
    ["WITH a AS (SELECT 1) DELETE FROM users", "DELETE is refused", 1, 22],
    ["/* x */ VACUUM", "VACUUM is refused", 1, 9],
    [" ".repeat(65_537), "The query is longer than 65536 characters.", 1, 1],
  ])("%.40j", (sql, begin, line, column) => {
    const [error, ...more] = check(sql).errors;
    expect(more).toEqual([]);
    expect(error).toMatchObject({ line, column });
    expect(error?.message).toContain(begin);
  });

  test("also tables of a WITH that double each other, in whatever order", () => {
    const names = Array.from({ length: 30 }, (_, at) => `t${at}`);
    const doubled = names.map((name, at) =>
      at === 0 ? `${name} AS (SELECT 1 x)` : `${name} AS (SELECT 1 x FROM t${at - 1}, t${at - 1})`,
    );
    for (const order of [doubled, [...doubled].reverse()]) {
      const { errors } = check(`WITH ${order.join(", ")} SELECT 1 FROM t29`);
      expect(errors[0]?.message).toContain("too large");
    }
  });
});

describe("tables and platforms are those SQLite reads", () => {
  test.each([
    ["SELECT 1 FROM users", ["users"], "darwin,windows,linux"],
    ["SELECT 1 FROM users;", ["users"], "darwin,windows,linux"],
    ["SELECT 1 FROM alf WHERE global_state >= 1", ["alf"], "darwin"],
    ["SELECT 1 FROM Users, ALF", ["users", "alf"], "darwin"],
    ["SELECT 1 FROM alf UNION SELECT 1 FROM bitlocker_info", ["alf", "bitlocker_info"], ""],
    ["SELECT 1 FROM users LEFT JOIN shadow USING (username)", ["users", "shadow"], "linux"],
    ["SELECT 1 FROM users WHERE EXISTS (SELECT 1 FROM registry)", ["users", "registry"], "windows"],
    ["SELECT 1 FROM users WHERE uid > (SELECT max(uid) FROM shadow)", ["users"], ""],
    // Names of tables that are none here: a WITH's, an alias, a column, a text.
    ["WITH alf AS (SELECT uid FROM users) SELECT 1 FROM alf", ["users"], "darwin,windows,linux"],
    ["SELECT alf.uid FROM users alf", ["users"], "darwin,windows,linux"],
    ["SELECT 1 AS alf, 'alf' FROM users -- alf", ["users"], "darwin,windows,linux"],
    ["SELECT 1 FROM programs_and_features", ["programs"], "windows"],
    ['SELECT 1 FROM "alf"', ["alf"], "darwin"],
    [
      "SELECT 1 FROM os_version, json_each('[1]') WHERE major = value",
      ["os_version"],
      "darwin,windows,linux",
    ],
  ])("%s", (sql, tables, platforms) => {
    const found = check(sql);
    if (platforms !== "") expect(found.platforms.join()).toBe(platforms);
    expect(found.tables).toEqual(expect.arrayContaining(tables));
  });

  test("every table of osquery prepares with every column, and runs where it exists", () => {
    for (const table of osqueryTables) {
      const columns = table.columns.map(({ name }) => asName(name)).join(", ");
      const { errors, tables, platforms } = check(`SELECT ${columns} FROM ${table.name}`);
      expect({ errors, tables }).toEqual({ errors: [], tables: [table.name] });
      expect([...platforms].sort()).toEqual([...table.platforms].sort());
    }
  });

  test("a name that is no plain word is written in quotes", () => {
    expect(["uid", "set", "my u", 'a"b'].map(asName)).toEqual(["uid", '"set"', '"my u"', '"a""b"']);
  });

  test("hidden columns are in no * and may be named", () => {
    expect(check("SELECT * FROM users UNION SELECT * FROM users").errors).toEqual([]);
    expect(check("SELECT pid_with_namespace FROM users").errors).toEqual([]);
  });

  test("osquery's functions and collations are known", () => {
    const sql = `SELECT 1 FROM apps WHERE regex_match(name, 'a', 0) != '' AND split(path, '/', 1) = 'x'
      AND version_compare(bundle_version, '>', '1') AND in_cidr_block('10.0.0.0/8', name)
      AND sha256(name) = to_base64(name) AND concat_ws('-', name, path) > 'x' AND cot(1) > 0
      AND bundle_version > '1.2' COLLATE version ORDER BY name COLLATE VERSION_DPKG`;
    expect(check(sql).errors).toEqual([]);
  });

  test("a table of an extension counts once it is learned", () => {
    const column = { type: "text", hidden: false, index: false, required: false } as const;
    const platforms = ["darwin"] as const;
    const macadmins = {
      name: "mdm",
      aliases: [],
      evented: false,
      platforms,
      columns: [{ ...column, name: "enrolled", platforms }],
    };
    const sql = "SELECT 1 FROM mdm WHERE enrolled = 'true'";
    expect(check(sql).errors[0]?.message).toBe("no such table: mdm");
    expect(checkSql(sqlite, sql, createSchema([macadmins]))).toEqual({
      errors: [],
      warnings: [],
      tables: ["mdm"],
      platforms: ["darwin"],
    });
  });
});

const NEVER_FAILS = "As a policy this can never fail";
const NEVER_PASSES = "As a policy this can never pass";

describe("warnings say what is seldom meant", () => {
  test.each([
    ["SELECT 1 FROM file", "file has no rows unless path or directory is given", 1, 15],
    ["SELECT count(*) FROM file", "file has no rows unless path or directory is given", 1, 22],
    ["SELECT max(path) FROM file", "file has no rows unless path or directory is given", 1, 23],
    ["SELECT 1 FROM file WHERE size > 3", "file has no rows unless", 1, 15],
    ["SELECT 1 FROM file WHERE path > '/etc'", "file has no rows unless", 1, 15],
    ["SELECT 1 FROM file WHERE path BETWEEN '/a' AND '/b'", "file has no rows unless", 1, 15],
    ["SELECT 1 FROM file f WHERE f.path IS NOT NULL", "file has no rows unless", 1, 15],
    ["SELECT 1 FROM file WHERE path = '/a' OR directory < '/b'", "file has no rows unless", 1, 15],
    ["SELECT 1 FROM file WHERE path NOT LIKE '/x'", "file has no rows unless", 1, 15],
    ["SELECT 1 FROM hash h\nJOIN file f USING (path)", "has no rows unless", undefined, undefined],
    ["SELECT 1 FROM users, known_hosts WHERE key = 'x'", "known_hosts answers for the", 1, 22],
    ["SELECT 1 FROM process_events WHERE pid = 1", "process_events holds recent events", 1, 15],
    [
      "SELECT 1 FROM alf, bitlocker_info WHERE global_state = 1",
      "No platform has all of these tables: alf (macOS), bitlocker_info (Windows).",
    ],
    ["SELECT 1", `${NEVER_FAILS}: it reads no table`],
    ["SELECT EXISTS (SELECT 1 FROM alf)", `${NEVER_FAILS}: it reads no table`],
    ["VALUES (1)", `${NEVER_FAILS}: VALUES`],
    ["SELECT 1 FROM users", `${NEVER_FAILS}: users has rows on every host`],
    ["SELECT 1 FROM users WHERE 1 = 1", `${NEVER_FAILS}: users has rows on every host, and its`],
    ["SELECT 1 FROM users WHERE uid = 1 OR 1", `${NEVER_FAILS}: users has rows`],
    ["SELECT 1 FROM os_version LEFT JOIN alf ON 1 = 1", `${NEVER_FAILS}: os_version`],
    ["SELECT count(*) FROM alf WHERE global_state = 1", `${NEVER_FAILS}: count() without GROUP BY`],
    ["SELECT coalesce(max(uid), 0) > 3 FROM users", `${NEVER_FAILS}: max() without`],
    ["SELECT 1 FROM alf UNION SELECT 1", NEVER_FAILS],
    ["SELECT 1 FROM (SELECT count(*) AS n FROM apps) s", `${NEVER_FAILS}: its subquery has rows`],
    ["SELECT n FROM (SELECT max(uid) AS n FROM (SELECT uid FROM users)), time", NEVER_FAILS],
    ["WITH n AS (SELECT count(*) FROM apps) SELECT 1 FROM n", `${NEVER_FAILS}: n has rows`],
    ["WITH a AS (SELECT 1 FROM users), b AS (SELECT 1 FROM a) SELECT 1 FROM b", NEVER_FAILS],
    ["WITH RECURSIVE c(x) AS (SELECT 1 UNION SELECT x + 1 FROM c) SELECT x FROM c", NEVER_FAILS],
    ["SELECT 1 FROM (WITH a AS (SELECT 1 FROM users) SELECT 1 FROM a)", NEVER_FAILS],
    ["SELECT 1 FROM alf WHERE 1 = 0", `${NEVER_PASSES}: its WHERE is never true`],
    ["SELECT 1 FROM alf WHERE version = 'x' AND (0)", NEVER_PASSES],
    ["SELECT 1 FROM os_version WHERE name = 'a' AND major = 3 AND name = 'b'", NEVER_PASSES],
    ["SELECT 1 FROM users WHERE 'abc'", `${NEVER_PASSES}: its WHERE is never true`],
    ["SELECT 1 FROM users WHERE '0'", `${NEVER_PASSES}: its WHERE is never true`],
    ["SELECT 1 FROM users WHERE NULL", `${NEVER_PASSES}: its WHERE is never true`],
    ["SELECT 1 FROM users WHERE '1 of many'", `${NEVER_FAILS}: users has rows on every host`],
    ["SELECT 1 FROM users LIMIT 1", `${NEVER_FAILS}: users has rows on every host`],
    ["SELECT 1 FROM alf LIMIT 0", `${NEVER_PASSES}: LIMIT 0`],
    [
      "SELECT 1 FROM disk_encryption WHERE filevault_status = 'on'",
      "always empty on Linux.",
      1,
      37,
    ],
    ['SELECT 1 FROM users WHERE username = "root"', '"root" is read as text', 1, 38],
    [`SELECT 1 FROM mdfind WHERE query = "a == 'b'"`, "Write 'a == ''b'''.", 1, 36],
    ["SELECT 1 FROM file WHERE path LIKE '/100!%' ESCAPE '!'", "file has no rows unless", 1, 15],
    ["SELECT 1 FROM users WHERE uid = ?", "? is a variable", 1, 33],
  ])("%s", (sql, begin, line?: number, column?: number) => {
    const { errors, warnings } = check(sql);
    expect(errors).toEqual([]);
    const warning = warnings.find(({ message }) => message.includes(begin));
    expect(warning, JSON.stringify(warnings)).toBeDefined();
    if (line) expect(warning).toMatchObject({ line, column });
  });
});

describe("nothing is said about what may well be meant", () => {
  test.each([
    "SELECT 1 FROM file WHERE path = '/etc/passwd'",
    "WITH pragma_x AS (SELECT uid AS pragma_y FROM users WHERE uid > 9) SELECT 1, pragma_y FROM pragma_x",
    "SELECT 1 FROM users AS pragma_u WHERE username IN ('pragma_a', 'pragma_b')",
    "SELECT 1 FROM file WHERE path LIKE '/etc/%' AND size > 0",
    "SELECT 1 FROM file WHERE path LIKE '/etc/%' AND path > '/etc/a'",
    "SELECT 1 FROM file WHERE path = '/etc' AND path IS NOT NULL",
    "SELECT 1 FROM file WHERE directory IN ('/a', '/b')",
    "SELECT 1 FROM file WHERE path = '/a' OR directory = '/b'",
    "SELECT 1 FROM users u JOIN file f ON f.path = u.directory || '/.ssh'",
    "SELECT 1 FROM file JOIN hash USING (path) WHERE file.path = '/bin/sh'",
    "WITH f AS (SELECT * FROM file) SELECT 1 FROM f WHERE path = '/x'",
    "SELECT 1 FROM file WHERE path LIKE '/a/%' AND filename LIKE 'a!_%' ESCAPE '!'",
    "SELECT 1 FROM users JOIN known_hosts USING (uid) WHERE key = 'x'",
    "SELECT 1 FROM alf",
    "SELECT 1 FROM alf WHERE global_state >= 1;",
    "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM users WHERE uid = 0 AND username != 'root')",
    "SELECT count(*) AS n FROM apps HAVING n > 3",
    "SELECT max(uid, gid) FROM users WHERE uid = 0",
    "SELECT uid, count(*) OVER () FROM users WHERE gid = 5",
    "SELECT (SELECT count(*) FROM users) AS n FROM alf WHERE global_state = 1",
    "SELECT 1 FROM (SELECT count(*) AS n FROM users) WHERE n > 3",
    "SELECT 1 FROM (SELECT count(*) AS n FROM users) JOIN alf ON n = global_state",
    "SELECT 1 FROM (SELECT count(*) AS n FROM apps GROUP BY name)",
    "SELECT 1 FROM (apps JOIN alf)",
    "SELECT 1 FROM (WITH a AS (SELECT 1 FROM apps WHERE name = 'x') SELECT 1 FROM a)",
    "WITH n AS (SELECT count(*) AS c FROM apps) SELECT 1 FROM n WHERE c = 0",
    "WITH n AS (SELECT count(*) AS c FROM apps HAVING c > 0) SELECT 1 FROM n",
    "WITH users AS (SELECT 1 FROM apps) SELECT 1 FROM users",
    "WITH n AS (WITH a AS (SELECT 1) SELECT 1 FROM apps), a AS (SELECT 1 FROM n) SELECT 1 FROM a",
    "SELECT 1 FROM etc_hosts",
    "SELECT 1 FROM platform_info",
    "SELECT 1 FROM os_version LIMIT 1 OFFSET 5",
    "SELECT 1 FROM os_version LIMIT 5, 1",
    "SELECT 1 FROM os_version LIMIT 1 - 1",
    "SELECT 1 FROM os_version WHERE major BETWEEN 1 AND 3 AND name = 'x'",
    "SELECT 1 FROM os_version WHERE NOT name = 'a' AND NOT name = 'b'",
    "SELECT 1 FROM os_version WHERE name = 'a' OR name = 'b'",
    "SELECT 1 FROM apps WHERE name COLLATE NOCASE = 'A' AND name COLLATE NOCASE = 'a'",
    "SELECT 1 FROM apps WHERE name = 'A' AND name = 'a'",
    "SELECT 1 FROM alf WHERE version IS NOT DISTINCT FROM '1'",
    "SELECT CASE WHEN uid = 1 AND gid = 2 THEN 1 END FROM users WHERE uid = 3",
    "SELECT 1 FROM users EXCEPT SELECT 1 FROM alf",
    "SELECT 1 FROM disk_encryption WHERE encrypted = 1",
    "SELECT 1 FROM users u JOIN user_groups g ON u.uid = g.uid AND g.gid = 0",
  ])("%s", (sql) => {
    expect(check(sql)).toMatchObject({ errors: [], warnings: [] });
  });
});
