export interface RowFilter {
  column: string;
  value: string;
}

export interface Assignment {
  table: string;
  column: string;
  value: string;
  filter: RowFilter | undefined;
}

const target = /^\s*([a-z_]\w*)(?:\[(\w+)=([^\]]*)\])?/i;
const assignmentPattern = new RegExp(`${target.source}\\.(\\w+)\\s*=(.*)$`, "is");
const rowsPattern = new RegExp(`${target.source}\\s*$`, "i");

function filterOf(column: string | undefined, value = ""): RowFilter | undefined {
  return column ? { column: column.toLowerCase(), value: unquote(value) } : undefined;
}

/** People copy values from SQL, quotes included; a value that needs its quotes has two pairs. */
function unquote(text: string): string {
  return /^'.*'$/s.test(text) || /^".*"$/s.test(text) ? text.slice(1, -1) : text;
}

/**
 * Reads `TABLE.COLUMN=VALUE` or `TABLE[COLUMN=VALUE].COLUMN=VALUE`. Without a filter it means every
 * row. A filter's value cannot hold `]`. Throws with the expected form.
 */
export function parseAssignment(text: string): Assignment {
  const found = assignmentPattern.exec(text);
  if (!found) {
    throw new Error(
      `cannot read "${text}": expected TABLE.COLUMN=VALUE or TABLE[COLUMN=VALUE].COLUMN=VALUE`,
    );
  }
  const [, table = "", filterColumn, filterValue, column = "", value = ""] = found;
  return {
    table: table.toLowerCase(),
    column: column.toLowerCase(),
    value: unquote(value.trim()),
    filter: filterOf(filterColumn, filterValue),
  };
}

/** Reads `TABLE` or `TABLE[COLUMN=VALUE]`. Throws with the expected form. */
export function parseRows(text: string): { table: string; filter: RowFilter | undefined } {
  const found = rowsPattern.exec(text);
  if (!found) throw new Error(`cannot read "${text}": expected TABLE or TABLE[COLUMN=VALUE]`);
  const [, table = "", filterColumn, filterValue] = found;
  return { table: table.toLowerCase(), filter: filterOf(filterColumn, filterValue) };
}
