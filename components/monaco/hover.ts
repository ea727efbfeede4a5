import type { languages } from "monaco-editor/editor/editor.api.js";
import { OSQUERY_FUNCTIONS } from "#lib/osquery/sql-functions.ts";
import { columnMarkdown, tableMarkdown } from "./describe.ts";
import { knownSchema } from "./known-schema.ts";
import { codeOf, tablesInScope } from "./sql-context.ts";

function textFor(word: string, sql: string): string[] {
  const scope = tablesInScope(sql);
  const read = scope.find(({ table, alias }) => [table.name, alias].includes(word));
  const table = read?.table ?? knownSchema().find(word);
  const columns = scope.flatMap(({ table: owner }) =>
    owner.columns
      .filter((column) => column.name === word)
      .map((column) => columnMarkdown(owner, column)),
  );
  // `users.users` aside, a word that is a column of a table in use means the column.
  if (columns.length > 0 && !read) return columns;
  if (table) return [tableMarkdown(table)];
  const called = OSQUERY_FUNCTIONS.find(({ name }) => name === word);
  return called ? [`**${called.signature}**\n\n${called.says}`] : [];
}

/** What a table is and has, what a column holds, and what osquery's own functions do. */
export const hoverProvider: languages.HoverProvider = {
  provideHover(model, position) {
    const word = model.getWordAtPosition(position);
    if (!word) return null;
    const line = codeOf(model.getValue()).split("\n")[position.lineNumber - 1] ?? "";
    const text = line.slice(word.startColumn - 1, word.endColumn - 1).toLowerCase();
    const contents = text.trim() ? textFor(text, model.getValue()) : [];
    return contents.length > 0 ? { contents: contents.map((value) => ({ value })) } : null;
  },
};
