import { nameOf, type SqlToken } from "./sql-tokens.ts";

/** A WITH's table, as a range of tokens within its parentheses. */
export interface CommonTable {
  name: string;
  from: number;
  to: number;
}

/** `name [(columns)] AS [NOT MATERIALIZED] (`, by where the parentheses open. */
export function commonTables(tokens: readonly SqlToken[]): Map<number, CommonTable> {
  const partners = parentheses(tokens);
  const tables = new Map<number, CommonTable>();
  tokens.forEach(({ key }, at) => {
    if (key !== "AS") return;
    const hint = tokens[at + 1]?.key === "NOT" ? 2 : tokens[at + 1]?.key === "MATERIALIZED" ? 1 : 0;
    const open = at + 1 + hint;
    const to = partners.get(open);
    const named = tokens[(partners.get(at - 1) ?? at) - 1];
    const name = named && nameOf(named);
    if (to !== undefined && name) tables.set(open + 1, { name, from: open + 1, to });
  });
  return tables;
}

/** Each parenthesis's partner; one that stays open closes at the end. */
export function parentheses(tokens: readonly SqlToken[]): Map<number, number> {
  const partners = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach(({ text }, at) => {
    if (text === "(") open.push(at);
    const partner = text === ")" ? open.pop() : undefined;
    if (partner !== undefined) partners.set(at, partner).set(partner, at);
  });
  for (const at of open) partners.set(at, tokens.length);
  return partners;
}

/** `name (a, b) AS (`: those in the parentheses before AS. */
export function declaredColumns(head: readonly SqlToken[]): string[] | undefined {
  const as = head.findLastIndex(({ key }) => key === "AS");
  if (head[as - 1]?.text !== ")") return undefined;
  const open = head.slice(0, as - 1).findLastIndex(({ text }) => text === "(");
  return head.slice(open + 1, as - 1).flatMap((token) => nameOf(token) ?? []);
}
