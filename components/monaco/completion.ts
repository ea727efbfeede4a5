import type { languages } from "monaco-editor/editor/editor.api.js";
import { type OsqueryColumn, type OsqueryTable, osqueryTables } from "#lib/osquery/tables.ts";
import { columnDetail, platformNames, tableMarkdown } from "./describe.ts";
import type { Monaco } from "./monaco.ts";
import { placeAt, type ScopedTable, tablesInScope } from "./sql-context.ts";

const KEYWORDS = [
  "SELECT",
  "FROM",
  "WHERE",
  "AND",
  "OR",
  "NOT",
  "IN",
  "LIKE",
  "BETWEEN",
  "IS NULL",
  "IS NOT",
  "EXISTS",
  "JOIN",
  "LEFT JOIN",
  "ON",
  "USING",
  "GROUP BY",
  "ORDER BY",
  "HAVING",
  "LIMIT",
  "UNION",
  "CASE",
  "WHEN",
  "THEN",
  "ELSE",
  "END",
  "AS",
  "DISTINCT",
  "COUNT",
  "MAX",
  "MIN",
  "CAST",
];

type Item = Omit<languages.CompletionItem, "range">;

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

function expressionItems(monaco: Monaco, scope: readonly ScopedTable[]): Item[] {
  const { Field: _, Keyword, Variable } = monaco.languages.CompletionItemKind;
  return [
    ...scope.flatMap(({ table }) => table.columns.map((one) => columnItem(monaco, table, one))),
    ...scope.map(({ alias, table }) => ({
      label: { label: alias, description: table.name },
      kind: Variable,
      insertText: alias,
      sortText: `2${alias}`,
    })),
    ...KEYWORDS.map((word) => ({
      label: word,
      kind: Keyword,
      insertText: word,
      sortText: `3${word}`,
    })),
  ];
}

function itemsAt(monaco: Monaco, before: string, sql: string): Item[] {
  const place = placeAt(before);
  const scope = tablesInScope(sql);
  switch (place.kind) {
    case "text":
      return [];
    case "table":
      return osqueryTables.map((table) => tableItem(monaco, table));
    case "column-of":
      return scope
        .filter(({ alias }) => alias.toLowerCase() === place.alias.toLowerCase())
        .flatMap(({ table }) => table.columns.map((one) => columnItem(monaco, table, one)));
    case "expression":
      return expressionItems(monaco, scope);
  }
}

/** Tables after FROM and JOIN, else columns of the tables that the statement reads, and keywords. */
export function completionProvider(monaco: Monaco): languages.CompletionItemProvider {
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
