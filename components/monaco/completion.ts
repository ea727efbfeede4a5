import type * as api from "monaco-editor/editor/editor.api.js";
import { OSQUERY_FUNCTIONS, SQLITE_FUNCTIONS } from "#lib/osquery/sql-functions.ts";
import type { OsqueryColumn, OsqueryTable } from "#lib/osquery/tables.ts";
import { columnDetail, platformNames, tableMarkdown } from "./describe.ts";
import { knownSchema } from "./known-schema.ts";
import {
  codeOf,
  type OwnTable,
  ownTables,
  placeAt,
  type ScopedTable,
  tablesInScope,
} from "./sql-context.ts";

const KEYWORDS = [
  ...["SELECT", "FROM", "WHERE", "AND", "OR", "NOT", "IN", "LIKE", "GLOB", "BETWEEN", "IS NULL"],
  ...["IS NOT", "EXISTS", "JOIN", "LEFT JOIN", "CROSS JOIN", "ON", "USING", "GROUP BY", "ORDER BY"],
  ...["HAVING", "LIMIT", "UNION", "UNION ALL", "EXCEPT", "INTERSECT", "WITH", "VALUES", "CASE"],
  ...["WHEN", "THEN", "ELSE", "END", "AS", "DISTINCT", "COLLATE"],
];

type Monaco = typeof api;

type Item = Omit<api.languages.CompletionItem, "range">;

const tableItem = (monaco: Monaco, table: OsqueryTable): Item => ({
  label: { label: table.name, description: platformNames(table.platforms) },
  kind: monaco.languages.CompletionItemKind.Struct,
  insertText: table.name,
  documentation: { value: tableMarkdown(table) },
});

const columnItem = (monaco: Monaco, table: OsqueryTable, column: OsqueryColumn): Item => ({
  label: { label: column.name, description: table.name },
  kind: monaco.languages.CompletionItemKind.Field,
  insertText: column.name,
  detail: columnDetail(column),
  // Before the keywords; hidden columns behind the others.
  sortText: `${column.hidden ? 1 : 0}${column.name}`,
});

const named = (monaco: Monaco, name: string, description: string): Item => ({
  label: { label: name, description },
  kind: monaco.languages.CompletionItemKind.Field,
  insertText: name,
  sortText: `0${name}`,
});

const ownColumns = (monaco: Monaco, own: readonly OwnTable[]): Item[] =>
  own.flatMap(({ name, columns }) => columns.map((column) => named(monaco, column, name)));

/** The cursor ends up between the parentheses. */
function functionItems(monaco: Monaco): Item[] {
  const { CompletionItemKind, CompletionItemInsertTextRule } = monaco.languages;
  const item = (name: string, description: string): Item => ({
    label: { label: name, description },
    kind: CompletionItemKind.Function,
    insertText: `${name}($0)`,
    insertTextRules: CompletionItemInsertTextRule.InsertAsSnippet,
    sortText: `3${name}`,
  });
  const added = new Set(OSQUERY_FUNCTIONS.map(({ name }) => name));
  return [
    ...OSQUERY_FUNCTIONS.map(({ name, signature, says }) => ({
      ...item(name, "osquery"),
      detail: signature,
      documentation: { value: says },
    })),
    ...SQLITE_FUNCTIONS.filter((name) => !added.has(name)).map((name) => item(name, "SQLite")),
  ];
}

function expressionItems(
  monaco: Monaco,
  scope: readonly ScopedTable[],
  own: readonly OwnTable[],
): Item[] {
  const { Keyword, Variable } = monaco.languages.CompletionItemKind;
  return [
    ...scope.flatMap(({ table }) => table.columns.map((one) => columnItem(monaco, table, one))),
    ...ownColumns(monaco, own),
    ...scope.map(({ alias, table }) => ({
      label: { label: alias, description: table.name },
      kind: Variable,
      insertText: alias,
      sortText: `2${alias}`,
    })),
    ...functionItems(monaco),
    ...KEYWORDS.map((word) => ({
      label: word,
      kind: Keyword,
      insertText: word,
      sortText: `3${word}`,
    })),
  ];
}

/** The columns of what stands before a dot. An alias of a WITH's table is found by its word. */
function columnsOf(monaco: Monaco, alias: string, sql: string): Item[] {
  const scoped = tablesInScope(sql).filter((one) => one.alias.toLowerCase() === alias);
  const own = ownTables(sql);
  const source = new RegExp(`\\b(\\w+)\\s+(?:as\\s+)?${alias}\\b`, "i").exec(codeOf(sql))?.[1];
  const meant = own.filter(({ name }) => name === alias || name === source?.toLowerCase());
  return [
    ...scoped.flatMap(({ table }) => table.columns.map((one) => columnItem(monaco, table, one))),
    ...ownColumns(monaco, meant),
  ];
}

function itemsAt(monaco: Monaco, before: string, sql: string): Item[] {
  const place = placeAt(before);
  const scope = tablesInScope(sql);
  const own = ownTables(sql);
  switch (place.kind) {
    case "text":
      return [];
    case "table":
      return [
        ...own.map(({ name }) => named(monaco, name, "WITH")),
        ...knownSchema().tables.map((table) => tableItem(monaco, table)),
      ];
    case "column-of":
      return columnsOf(monaco, place.alias.toLowerCase(), sql);
    case "expression":
      return expressionItems(monaco, scope, own);
  }
}

/** Tables after FROM and JOIN, else columns of the tables that the statement reads, and keywords. */
export function completionProvider(monaco: Monaco): api.languages.CompletionItemProvider {
  return {
    triggerCharacters: [".", " "],
    provideCompletionItems(model, position, context) {
      const { lineNumber, column } = position;
      const before = model.getValueInRange(new monaco.Range(1, 1, lineNumber, column));
      const items = itemsAt(monaco, before, model.getValue());
      // A blank asks for tables only: a list after every word would be in the way.
      const byBlank = context.triggerCharacter === " ";
      if (byBlank && placeAt(before).kind !== "table") return { suggestions: [] };
      const word = model.getWordUntilPosition(position);
      const range = new monaco.Range(lineNumber, word.startColumn, lineNumber, word.endColumn);
      return { suggestions: items.map((item) => ({ ...item, range })) };
    },
  };
}
