/**
 * SQL with one clause a line and keywords in capitals. Undefined when it cannot be read. The library is
 * fetched when first used.
 */
export async function formatSql(sql: string): Promise<string | undefined> {
  const { formatDialect, sqlite } = await import("sql-formatter");
  try {
    return formatDialect(sql, { dialect: sqlite, keywordCase: "upper", tabWidth: 2 });
  } catch {
    return undefined;
  }
}
