import type { OsqueryColumn, OsqueryPlatform, OsqueryTable } from "#lib/osquery/tables.ts";

const PLATFORM_NAMES: Record<OsqueryPlatform, string> = {
  darwin: "macOS",
  windows: "Windows",
  linux: "Linux",
};

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

/** For Monaco's hover and the details beside its list. */
export function tableMarkdown(table: OsqueryTable): string {
  const evented = table.evented ? "\n\nEmpty unless the agent's flags switch its events on." : "";
  const columns = table.columns.map(columnLine(table)).join("\n");
  return `**${table.name}** · ${platformNames(table.platforms)}${evented}\n\n${columns}`;
}

export function columnMarkdown(table: OsqueryTable, column: OsqueryColumn): string {
  const where = platformNames(column.platforms);
  return `**${table.name}.${column.name}** · ${columnDetail(column)}\n\n${where}`;
}
