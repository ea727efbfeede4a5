import { type SqlToken, splitTokens } from "./sql-tokens.ts";

/** One SELECT or VALUES of a statement, by its outermost clauses, without the words they begin with. */
export interface Select {
  values: boolean;
  columns: SqlToken[];
  from?: SqlToken[];
  where?: SqlToken[];
  groupBy?: SqlToken[];
  having?: SqlToken[];
}

export interface Statement {
  selects: Select[];
  /** Between them: UNION, INTERSECT or EXCEPT. */
  operators: string[];
  /** Of the whole. */
  limit?: SqlToken[];
}

const OPERATORS = new Set(["UNION", "INTERSECT", "EXCEPT"]);
const CLAUSES = new Set(["SELECT", "VALUES", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW"]);
const ENDS = new Set([...CLAUSES, "ORDER", "LIMIT"]);

/** A WITH's tables come before the first SELECT that is in no parentheses of its own. */
export function withoutWith(tokens: readonly SqlToken[]): readonly SqlToken[] {
  if (tokens[0]?.key !== "WITH") return tokens;
  const base = tokens[0].depth;
  const main = tokens.findIndex(
    ({ key, depth }) => depth === base && (key === "SELECT" || key === "VALUES"),
  );
  return main < 0 ? [] : tokens.slice(main);
}

/** The outline of a statement that SQLite has accepted; others have none that can be trusted. */
export function outlineOf(tokens: readonly SqlToken[]): Statement {
  const parts = splitTokens(withoutWith(tokens), ({ key }) => OPERATORS.has(key));
  const selects = parts.map((part) => clausesOf(part));
  const operators = parts.slice(1).map((part) => part[0]?.key ?? "");
  return {
    operators,
    limit: selects.at(-1)?.get("LIMIT"),
    selects: selects.map((clauses) => ({
      values: clauses.has("VALUES"),
      columns: clauses.get("SELECT") ?? [],
      from: clauses.get("FROM"),
      where: clauses.get("WHERE"),
      groupBy: clauses.get("GROUP"),
      having: clauses.get("HAVING"),
    })),
  };
}

function clausesOf(part: readonly SqlToken[]): Map<string, SqlToken[]> {
  const begins = ({ key }: SqlToken, at: number) =>
    // `a IS DISTINCT FROM b` is no clause.
    ENDS.has(key) && !(key === "FROM" && part[at - 1]?.key === "DISTINCT");
  return new Map(
    splitTokens(part, begins).map((clause) => [clause[0]?.key ?? "", clause.slice(1)]),
  );
}

/** Parentheses around the whole are taken away. */
export function bare(tokens: readonly SqlToken[]): readonly SqlToken[] {
  const [first] = tokens;
  const last = tokens.at(-1);
  const wraps =
    first?.text === "(" &&
    last?.text === ")" &&
    last.depth === first.depth &&
    !tokens.slice(1, -1).some(({ depth }) => depth <= first.depth);
  return wraps ? bare(tokens.slice(1, -1)) : tokens;
}

/** What stands between the ORs, or the ANDs, of a condition. */
export function termsOf(condition: readonly SqlToken[], word: "AND" | "OR"): SqlToken[][] {
  let between = false;
  const parts = splitTokens(bare(condition), ({ key }) => {
    if (key === "BETWEEN") between = true;
    if (key !== word) return false;
    // BETWEEN has an AND of its own.
    const own = between && word === "AND";
    if (own) between = false;
    return !own;
  });
  return parts.map((part, at) => (at === 0 ? part : part.slice(1)));
}
