/** `bad` is what SQLite refuses to read, such as a quote that is never closed. */
export type TokenKind =
  | "word"
  | "quoted"
  | "string"
  | "number"
  | "variable"
  | "operator"
  | "blank"
  | "comment"
  | "bad";

export interface SqlToken {
  kind: TokenKind;
  text: string;
  /** A word in upper case, since keywords and names know no case; other tokens as they are. */
  key: string;
  start: number;
  end: number;
  /** How many parentheses and CASEs it stands in; those themselves count as outside. */
  depth: number;
}

/** SQLite's own rules (its tokenize.c), in the order in which they are tried. */
const RULES: readonly [TokenKind, string][] = [
  ["blank", "[ \\t\\n\\f\\r]+"],
  ["comment", "--[^\\n]*|\\/\\*[\\s\\S]*?(?:\\*\\/|$)"],
  ["string", "[xX]?'[^']*(?:''[^']*)*'"],
  ["quoted", '"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`|\\[[^\\]]*\\]'],
  [
    "number",
    "(?:0[xX][0-9A-Fa-f]+|(?:\\d[\\d_]*(?:\\.[\\d_]*)?|\\.\\d[\\d_]*)(?:[eE][+-]?\\d+)?)(?![\\w$])",
  ],
  ["variable", "\\?\\d*|[:@$#][\\w$]+"],
  ["word", "[A-Za-z_\\x80-\\uffff][\\w$\\x80-\\uffff]*"],
  ["operator", "->>|->|<=|<>|<<|>=|>>|==|!=|\\|\\||[-+*/%=<>&|~,.;()]"],
  ["bad", "['\"`[][\\s\\S]*|\\d[\\w$]*|[\\s\\S]"],
];
const TOKENS = new RegExp(RULES.map(([, rule]) => `(${rule})`).join("|"), "g");

/** Every piece of a text, blanks and comments too, so that the pieces make up the text again. */
export function piecesOf(sql: string): SqlToken[] {
  let depth = 0;
  return Array.from(sql.matchAll(TOKENS), (match): SqlToken => {
    const { 0: text, index: start } = match;
    const [kind] = RULES.find((_, at) => match[at + 1] !== undefined) ?? ["bad"];
    const key = kind === "word" ? text.toUpperCase() : text;
    if (key === ")" || key === "END") depth = Math.max(0, depth - 1);
    const token: SqlToken = { kind, text, key, start, end: start + text.length, depth };
    if (key === "(" || key === "CASE") depth += 1;
    return token;
  });
}

/** What SQLite reads: everything but blanks and comments. */
export function tokensOf(sql: string): SqlToken[] {
  return piecesOf(sql).filter(({ kind }) => kind !== "blank" && kind !== "comment");
}

/** The name that a word or a quoted name stands for, lower case; undefined for all else. */
export function nameOf({ kind, text }: SqlToken): string | undefined {
  if (kind === "word") return text.toLowerCase();
  if (kind !== "quoted") return undefined;
  const quote = text.charAt(0);
  const inside = text.slice(1, -1);
  return (quote === "[" ? inside : inside.replaceAll(quote + quote, quote)).toLowerCase();
}

/** Pieces between the tokens of depth 0 that `splits`; those tokens begin the piece after them. */
export function splitTokens(
  tokens: readonly SqlToken[],
  splits: (token: SqlToken, at: number) => boolean,
): SqlToken[][] {
  const base = tokens[0]?.depth ?? 0;
  const parts: SqlToken[][] = [[]];
  tokens.forEach((token, at) => {
    if (token.depth === base && splits(token, at)) parts.push([]);
    parts.at(-1)?.push(token);
  });
  return parts;
}

export interface SqlPlace {
  line: number;
  column: number;
}

/** Both begin at 1; a column counts UTF-16 units, as editors and JavaScript do. */
export function placeOf(sql: string, offset: number): SqlPlace {
  const lines = sql.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
}
