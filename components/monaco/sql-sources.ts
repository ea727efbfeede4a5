import {
  type CommonTable,
  commonTables,
  declaredColumns,
  parentheses,
} from "#lib/osquery/common-tables.ts";
import { nameOf, type SqlToken, tokensOf } from "#lib/osquery/sql-tokens.ts";
import type { OsqueryTable } from "#lib/osquery/tables.ts";
import { knownSchema } from "./known-schema.ts";

/** What a SELECT reads: a table of osquery's, one of a WITH, or a subquery. Names are in lower case. */
export interface Source {
  /** What the SELECT calls it; "" for a subquery without a name. */
  alias: string;
  /** With all that is known of it, where it is one of osquery's. */
  table: OsqueryTable | undefined;
  columns: string[];
}

/** A SELECT of a statement by the places of its tokens; `list` is what stands between FROM and WHERE. */
interface Select {
  at: number;
  to: number;
  list: { from: number; to: number } | undefined;
}

const COMPOUND = new Set(["UNION", "INTERSECT", "EXCEPT"]);
const LIST_ENDS = new Set(["WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT"]);
const QUERY_BEGINS = new Set(["SELECT", "WITH", "VALUES"]);
const NO_ALIAS = new Set([
  ...LIST_ENDS,
  ...COMPOUND,
  ...["ON", "USING", "JOIN", "LEFT", "RIGHT", "INNER", "OUTER", "CROSS", "NATURAL", "FULL"],
  ...["INDEXED", "NOT", "SET", "FROM", "SELECT"],
]);

/**
 * The outline of a statement that is being written, and so seldom one that SQLite would take. A
 * parenthesis that nobody has closed yet opens nothing: what follows belongs where it would without.
 */
class Outline {
  private readonly tokens: readonly SqlToken[];
  private readonly partners: ReadonlyMap<number, number>;
  private readonly depths: readonly number[];
  private readonly common: ReadonlyMap<string, CommonTable>;
  private readonly selects: readonly Select[];
  /** A WITH's table may name itself, or others that double each other: each is looked at once. */
  private readonly columnsOfCommon = new Map<string, string[]>();

  constructor(sql: string) {
    this.tokens = tokensOf(sql);
    this.partners = parentheses(this.tokens);
    this.depths = this.readDepths();
    const found = commonTables(this.tokens).values();
    this.common = new Map(Array.from(found, (table) => [table.name, table]));
    this.selects = this.tokens.flatMap(({ key }, at) =>
      key === "SELECT" ? [this.select(at)] : [],
    );
  }

  get commonNames(): string[] {
    return [...this.common.keys()];
  }

  /** Innermost first. */
  sourcesAt(offset: number): Source[] {
    const visible = this.selects.filter((select) => this.isIn(select, offset)).reverse();
    return visible.flatMap((select) => this.sourcesOf(select));
  }

  all(): Source[] {
    return this.selects.flatMap((select) => this.sourcesOf(select));
  }

  private readDepths(): number[] {
    let depth = 0;
    return this.tokens.map(({ text }, at) => {
      const partner = this.partners.get(at);
      if (text === ")" && partner !== undefined) depth -= 1;
      const own = depth;
      if (text === "(" && (partner ?? Infinity) < this.tokens.length) depth += 1;
      return own;
    });
  }

  private next(
    from: number,
    to: number,
    is: (token: SqlToken, depth: number, at: number) => boolean,
  ) {
    for (let at = from; at < to; at++) {
      const token = this.tokens[at];
      if (token && is(token, this.depths[at] ?? 0, at)) return at;
    }
    return undefined;
  }

  private select(at: number): Select {
    const own = this.depths[at] ?? 0;
    const end = this.next(
      at + 1,
      this.tokens.length,
      ({ key }, depth) => depth < own || (depth === own && COMPOUND.has(key)),
    );
    const to = end ?? this.tokens.length;
    const from = this.next(
      at + 1,
      to,
      // `a IS DISTINCT FROM b` is no clause.
      ({ key }, depth, place) =>
        depth === own && key === "FROM" && this.tokens[place - 1]?.key !== "DISTINCT",
    );
    if (from === undefined) return { at, to, list: undefined };
    const ends = this.next(from, to, ({ key }, depth) => depth === own && LIST_ENDS.has(key));
    return { at, to, list: { from: from + 1, to: ends ?? to } };
  }

  /** A subquery in FROM does not see what stands beside it. */
  private isIn({ at, to, list }: Select, offset: number): boolean {
    const start = this.tokens[at]?.start ?? 0;
    const end = this.tokens[to]?.start ?? Infinity;
    if (offset < start || offset > end) return false;
    const inside = this.itemsOf(list).some((item) => {
      const close = this.subqueryEnd(item);
      const from = this.tokens[item]?.start ?? 0;
      return (
        close !== undefined && from < offset && offset <= (this.tokens[close]?.start ?? Infinity)
      );
    });
    return !inside;
  }

  private subqueryEnd(item: number): number | undefined {
    const isQuery = QUERY_BEGINS.has(this.tokens[item + 1]?.key ?? "");
    return this.tokens[item]?.text === "(" && isQuery ? this.partners.get(item) : undefined;
  }

  /** Where the tables of a list begin: first of all, and after commas and JOINs. */
  private itemsOf(list: Select["list"]): number[] {
    if (!list) return [];
    const own = this.depths[list.from] ?? 0;
    const items = [list.from];
    for (let at = list.from; at < list.to; at++) {
      const token = this.tokens[at];
      const splits = token?.text === "," || token?.key === "JOIN";
      if (splits && this.depths[at] === own) items.push(at + 1);
    }
    return items.filter((at) => at < list.to);
  }

  private sourcesOf({ list }: Select): Source[] {
    return this.itemsOf(list).flatMap((item) => this.sourcesOfItem(item));
  }

  private sourcesOfItem(item: number): Source[] {
    const end = this.subqueryEnd(item);
    if (end !== undefined) {
      const alias = this.aliasAt(end + 1) ?? "";
      return [{ alias, table: undefined, columns: this.columnsOf(item + 1, end) }];
    }
    if (this.tokens[item]?.text === "(") {
      const to = this.partners.get(item) ?? this.tokens.length;
      return this.itemsOf({ from: item + 1, to }).flatMap((one) => this.sourcesOfItem(one));
    }
    const at = this.tokens[item + 1]?.text === "." ? item + 2 : item;
    const token = this.tokens[at];
    const name = token && nameOf(token);
    if (!name) return [];
    const alias = this.aliasAt(at + 1) ?? name;
    const common = this.common.get(name);
    if (common) return [{ alias, table: undefined, columns: this.columnsOfTable(common) }];
    const table = knownSchema().find(name);
    return table ? [{ alias, table, columns: table.columns.map((one) => one.name) }] : [];
  }

  private aliasAt(at: number): string | undefined {
    const token = this.tokens[at];
    if (!token) return undefined;
    if (token.key !== "AS") return NO_ALIAS.has(token.key) ? undefined : nameOf(token);
    const named = this.tokens[at + 1];
    return named && nameOf(named);
  }

  private columnsOfTable(table: CommonTable): string[] {
    const known = this.columnsOfCommon.get(table.name);
    if (known) return known;
    this.columnsOfCommon.set(table.name, []);
    const declared = declaredColumns(this.tokens.slice(0, table.from - 1));
    const columns = declared ?? this.columnsOf(table.from, table.to);
    this.columnsOfCommon.set(table.name, columns);
    return columns;
  }

  /** What the columns of a query are called, as far as its text says: unnamed expressions do not. */
  private columnsOf(from: number, to: number): string[] {
    const depth = this.depths[from];
    const select = this.selects.find(
      ({ at }) => at >= from && at < to && this.depths[at] === depth,
    );
    if (!select) return [];
    const end = select.list ? select.list.from - 1 : select.to;
    const parts: number[][] = [[]];
    for (let at = select.at + 1; at < Math.min(end, to); at++) {
      if (this.tokens[at]?.text === "," && this.depths[at] === depth) parts.push([]);
      else parts.at(-1)?.push(at);
    }
    return [...new Set(parts.flatMap((part) => this.columnsOfPart(part, select)))];
  }

  private columnsOfPart(part: readonly number[], select: Select): string[] {
    const [first, last] = [this.tokens[part[0] ?? -1], this.tokens[part.at(-1) ?? -1]];
    if (!first || !last) return [];
    if (last.text === "*") {
      const qualifier = first === last ? undefined : nameOf(first);
      const sources = this.sourcesOf(select);
      const meant = sources.filter(({ alias }) => [undefined, alias].includes(qualifier));
      return meant.flatMap(({ columns }) => columns);
    }
    const name = nameOf(last);
    return name && this.depths[part.at(-1) ?? -1] === this.depths[select.at] ? [name] : [];
  }
}

/**
 * What can be named at a place: what the SELECTs around it read, innermost first. Everything that the
 * statement reads, where that is nothing.
 */
export function sourcesAt(sql: string, offset: number): Source[] {
  const outline = new Outline(sql);
  const visible = outline.sourcesAt(offset);
  return visible.length > 0 ? visible : outline.all();
}

/** Names of the tables that a statement makes for itself with WITH. */
export const ownTables = (sql: string): string[] => new Outline(sql).commonNames;
