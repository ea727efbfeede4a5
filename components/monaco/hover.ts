import type { languages } from "monaco-editor/editor/editor.api.js";
import { OSQUERY_FUNCTIONS } from "#lib/osquery/sql-functions.ts";
import { columnMarkdown, tableMarkdown } from "./describe.ts";
import { knownSchema } from "./known-schema.ts";
import { isCalled, type SqlWord, wordAt } from "./sql-context.ts";
import { sourcesAt } from "./sql-sources.ts";

function textFor({ name, qualifier, start }: SqlWord, sql: string): string[] {
  const sources = sourcesAt(sql, start);
  const owners = qualifier
    ? sources.filter((one) => isCalled(one, qualifier)).slice(0, 1)
    : sources;
  const columns = owners.flatMap(({ table }) => {
    const column = table?.columns.find((one) => one.name === name);
    return table && column ? [columnMarkdown(table, column)] : [];
  });
  const read = qualifier ? undefined : sources.find((one) => isCalled(one, name));
  // `users.users` aside, a word that is a column of a table in use means the column.
  if (columns.length > 0 && !read) return columns;
  const table = read ? read.table : knownSchema().find(name);
  if (table) return [tableMarkdown(table)];
  const called = OSQUERY_FUNCTIONS.find((one) => one.name === name);
  return called ? [`**${called.signature}**\n\n${called.says}`] : [];
}

/** What a table is and has, what a column holds, and what osquery's own functions do. */
export const hoverProvider: languages.HoverProvider = {
  provideHover(model, position) {
    const sql = model.getValue();
    const word = wordAt(sql, model.getOffsetAt(position));
    const contents = word ? textFor(word, sql) : [];
    return contents.length > 0 ? { contents: contents.map((value) => ({ value })) } : null;
  },
};
