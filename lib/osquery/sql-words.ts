/** Comments and strings hold words that name nothing; "x", `x` and [x] may be names. */
const notNames = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|'(?:[^']|'')*'/g;

/** Every word of a statement that could be a name, lower case. */
export function wordsOf(sql: string): Set<string> {
  const words = sql.replace(notNames, " ").matchAll(/[A-Za-z_][A-Za-z0-9_]*/g);
  return new Set(Array.from(words, ([word]) => word.toLowerCase()));
}
