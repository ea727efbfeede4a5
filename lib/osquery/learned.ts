import type { OsqueryColumn, OsqueryColumnType, OsqueryPlatform, OsqueryTable } from "./tables.ts";

/** A table of an extension as hosts of one platform have it. */
export interface LearnedTable {
  name: string;
  platform: string;
  columns: readonly { name: string; type: string }[];
}

const PLATFORMS: readonly string[] = ["darwin", "windows", "linux"] satisfies OsqueryPlatform[];
const isPlatform = (name: string): name is OsqueryPlatform => PLATFORMS.includes(name);

/** Extensions name types in SQLite's words. */
function typeOf(type: string): OsqueryColumnType {
  const name = type.toLowerCase().replace(" ", "_");
  if (name === "integer" || name === "bigint" || name === "double") return name;
  return name === "unsigned_bigint" ? name : "text";
}

/** One table for each name, with what each platform has of it. */
export function mergeLearned(learned: readonly LearnedTable[]): OsqueryTable[] {
  const tables = new Map<string, Map<string, OsqueryColumn & { platforms: OsqueryPlatform[] }>>();
  for (const { name, platform, columns } of learned) {
    if (!isPlatform(platform)) continue;
    const known = tables.get(name) ?? new Map();
    tables.set(name, known);
    for (const column of columns) {
      const before = known.get(column.name);
      if (before) before.platforms.push(platform);
      else known.set(column.name, columnOf(column, platform));
    }
  }
  return Array.from(tables, ([name, columns]) => ({
    name,
    aliases: [],
    evented: false,
    platforms: PLATFORMS.filter(isPlatform).filter((platform) =>
      learned.some((one) => one.name === name && one.platform === platform),
    ),
    columns: [...columns.values()],
  }));
}

const columnOf = ({ name, type }: { name: string; type: string }, platform: OsqueryPlatform) => ({
  name,
  type: typeOf(type),
  hidden: false,
  index: false,
  required: false,
  platforms: [platform],
});
