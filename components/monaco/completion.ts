import type * as api from "monaco-editor/editor/editor.api.js";
import { OSQUERY_FUNCTIONS, SQLITE_FUNCTIONS } from "#lib/osquery/sql-functions.ts";
import { asName } from "#lib/osquery/sql-words.ts";
import type { OsqueryColumn, OsqueryTable } from "#lib/osquery/tables.ts";
import { columnDetail, platformNames, tableMarkdown } from "./describe.ts";
import { knownSchema } from "./known-schema.ts";
import { isInQuotes, placeAt } from "./sql-context.ts";
import { ownTables, type Source, sourcesAt } from "./sql-sources.ts";

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
  insertText: asName(column.name),
  detail: columnDetail(column),
  // Before the keywords; hidden columns behind the others.
  sortText: `${column.hidden ? 1 : 0}${column.name}`,
});

const named = (monaco: Monaco, name: string, description: string): Item => ({
  label: { label: name, description },
  kind: monaco.languages.CompletionItemKind.Field,
  insertText: asName(name),
  sortText: `0${name}`,
});

/** Of a subquery and a WITH's table only the names are known. */
const columnItems = (monaco: Monaco, { alias, table, columns }: Source): Item[] =>
  table
    ? table.columns.map((column) => columnItem(monaco, table, column))
    : columns.map((column) => named(monaco, column, alias));

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

function expressionItems(monaco: Monaco, sources: readonly Source[]): Item[] {
  const { Keyword, Variable } = monaco.languages.CompletionItemKind;
  return [
    ...sources.flatMap((source) => columnItems(monaco, source)),
    ...sources
      .filter(({ alias }) => alias !== "")
      .map(({ alias, table }) => ({
        label: { label: alias, description: table?.name ?? "subquery" },
        kind: Variable,
        insertText: asName(alias),
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

function itemsAt(monaco: Monaco, before: string, sql: string): Item[] {
  const place = placeAt(before);
  const sources = sourcesAt(sql, before.length);
  switch (place.kind) {
    case "text":
      return [];
    case "table":
      return [
        ...ownTables(sql).map((name) => named(monaco, name, "WITH")),
        ...knownSchema().tables.map((table) => tableItem(monaco, table)),
      ];
    case "column-of": {
      // The innermost, where several are called so.
      const meant = sources.find(({ alias }) => alias === place.alias);
      return meant ? columnItems(monaco, meant) : [];
    }
    case "expression":
      return expressionItems(monaco, sources);
  }
}

/** Within quotes only names stand, and they need no quotes of their own. */
function unquoted(monaco: Monaco, items: readonly Item[]): Item[] {
  const { Field, Struct, Variable } = monaco.languages.CompletionItemKind;
  return items
    .filter(({ kind }) => kind === Field || kind === Struct || kind === Variable)
    .map((item) => {
      const { label } = item;
      return { ...item, insertText: typeof label === "string" ? label : label.label };
    });
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
      const offered = isInQuotes(before) ? unquoted(monaco, items) : items;
      return { suggestions: offered.map((item) => ({ ...item, range })) };
    },
  };
}
