/** What SQLite takes for a name in quotes only. */
const RESERVED = new Set([
  ...["add", "all", "alter", "and", "as", "between", "case", "check", "collate", "commit"],
  ...["constraint", "create", "default", "delete", "distinct", "drop", "else", "escape", "exists"],
  ...["from", "group", "having", "in", "index", "insert", "intersect", "into", "is", "isnull"],
  ...["join", "limit", "not", "notnull", "null", "on", "or", "order", "primary", "references"],
  ...["returning", "select", "set", "table", "then", "to", "transaction", "union", "unique"],
  ...["update", "using", "values", "when", "where"],
]);

/** A name as a statement has to write it. */
export const asName = (name: string): string =>
  /^[a-z_]\w*$/i.test(name) && !RESERVED.has(name.toLowerCase())
    ? name
    : `"${name.replaceAll('"', '""')}"`;

/** Comments and strings hold words that name nothing; "x", `x` and [x] may be names. */
const notNames = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'/g;

/** Every word of a statement that could be a name, lower case. */
export function wordsOf(sql: string): Set<string> {
  const words = sql.replace(notNames, " ").matchAll(/[A-Za-z_][A-Za-z0-9_]*/g);
  return new Set(Array.from(words, ([word]) => word.toLowerCase()));
}
