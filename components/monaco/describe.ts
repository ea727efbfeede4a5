import descriptions from "#lib/osquery/table-descriptions.json" with { type: "json" };
import type { OsqueryColumn, OsqueryPlatform, OsqueryTable } from "#lib/osquery/tables.ts";

const PLATFORM_NAMES: Record<OsqueryPlatform, string> = {
  darwin: "macOS",
  windows: "Windows",
  linux: "Linux",
};

const lines: Readonly<Record<string, string>> = descriptions;

/** What a table holds, in a line. Empty for one of an extension. */
export const descriptionOf = ({ name }: OsqueryTable): string => lines[name] ?? "";

export const EVENTED = "Empty unless the agent’s flags switch its events on.";

export const platformNames = (platforms: readonly OsqueryPlatform[]): string =>
  platforms.map((platform) => PLATFORM_NAMES[platform]).join(", ");

/** "text · required · macOS": the type, and whatever is unlike other columns. */
export function columnDetail(column: OsqueryColumn): string {
  const notes = [column.type.replace("_", " ")];
  if (column.required) notes.push("required in WHERE");
  if (column.index) notes.push("fast in WHERE");
  if (column.hidden) notes.push("not in SELECT *");
  return notes.join(" · ");
}

const columnLine = (table: OsqueryTable) => (column: OsqueryColumn) => {
  const partly = column.platforms.length < table.platforms.length;
  const where = partly ? ` · ${platformNames(column.platforms)} only` : "";
  return `- \`${column.name}\` ${columnDetail(column)}${where}`;
};

/** Columns without which there are no rows: "Give path or directory." */
export function requirementOf(table: OsqueryTable): string {
  const names = table.columns.filter(({ required }) => required).map(({ name }) => name);
  return names.length > 0 ? `Has no rows unless WHERE gives ${names.join(" or ")}.` : "";
}

/** For Monaco's hover and the details beside its list. */
export function tableMarkdown(table: OsqueryTable): string {
  const head = `**${table.name}** · ${platformNames(table.platforms)}`;
  const notes = [descriptionOf(table), requirementOf(table), table.evented ? EVENTED : ""];
  const columns = table.columns.map(columnLine(table)).join("\n");
  return [head, ...notes, columns].filter((text) => text !== "").join("\n\n");
}

export function columnMarkdown(table: OsqueryTable, column: OsqueryColumn): string {
  const where = platformNames(column.platforms);
  return `**${table.name}.${column.name}** · ${columnDetail(column)}\n\n${where}`;
}
