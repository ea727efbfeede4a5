import type { Database } from "#db/client.ts";
import { FailureLog } from "#lib/failure-log.ts";
import type { Log } from "#lib/log.ts";
import type { LearnedTable } from "#lib/osquery/learned.ts";
import { osqueryTable } from "#lib/osquery/tables.ts";
import { LEARNED_TABLES_MAX, selectLearnedTables, upsertLearnedTables } from "#lib/tables/sql.ts";
import type { Row } from "./vitals.ts";

const FLUSH_INTERVAL_MS = 10_000;
const COLUMNS_MAX = 200;
const NAME = /^[A-Za-z_]\w{0,127}$/;
/** As the detail query writes them: "path TEXT,size BIGINT". */
const COLUMN = /^([A-Za-z_]\w{0,127})(?: (\w[\w ]{0,31}))?$/;

interface Known {
  name: string;
  platform: string;
  /** Types by name. Columns of all versions that hosts have: they are only added. */
  columns: Map<string, string>;
}

/**
 * Notes which tables extensions add. Each table and platform is stored once, however many hosts tell
 * of it; a report that says nothing new costs a look-up per table and writes nothing.
 */
export class LearnedTables {
  private readonly known = new Map<string, Known>();
  private readonly changed = new Set<Known>();
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private readonly db: Database;
  private readonly failures: FailureLog;

  constructor(db: Database, log: Log) {
    this.db = db;
    this.failures = new FailureLog(log, "tables of extensions not written");
  }

  start(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  /** Takes rows of `name` and `columns`. What osquery itself has, and what is no name, is passed over. */
  take(platform: string, rows: readonly Row[]): void {
    for (const { name = "", columns = "" } of rows) {
      if (!NAME.test(name) || osqueryTable(name)) continue;
      const told = columns.split(",", COLUMNS_MAX).flatMap((text) => {
        const [, column, type = "TEXT"] = COLUMN.exec(text) ?? [];
        return column ? [{ name: column, type }] : [];
      });
      const added = told.length > 0 ? this.add({ name, platform, columns: told }) : undefined;
      if (added) this.changed.add(added);
    }
  }

  /** The table, if that was news. */
  private add({ name, platform, columns }: LearnedTable): Known | undefined {
    const key = keyOf({ name: name.toLowerCase(), platform });
    let known = this.known.get(key);
    if (!known) {
      if (this.known.size >= LEARNED_TABLES_MAX) return undefined;
      known = { name: name.toLowerCase(), platform, columns: new Map() };
      this.known.set(key, known);
    }
    const before = known.columns.size;
    for (const column of columns) {
      if (known.columns.size >= COLUMNS_MAX) break;
      if (!known.columns.has(column.name)) known.columns.set(column.name, column.type);
    }
    return known.columns.size > before ? known : undefined;
  }

  /** A failure keeps it for the next time. */
  flush(): Promise<void> {
    if (this.changed.size === 0) return this.flushing;
    this.flushing = this.flushing
      .then(() => this.write())
      .then(
        () => this.failures.worked(),
        (err: unknown) => this.failures.failed(err),
      );
    return this.flushing;
  }

  private async write(): Promise<void> {
    const tables = [...this.changed];
    // Columns that others wrote down must not be lost to what this process happens to know.
    const stored = await selectLearnedTables(this.db);
    for (const table of stored) this.add(table);
    const isStored = new Set(stored.map(keyOf));
    const added = tables.filter((table) => !isStored.has(keyOf(table)));
    const excess = new Set(added.slice(LEARNED_TABLES_MAX - stored.length));
    const rows = tables
      .filter((table) => !excess.has(table))
      .map(({ columns, ...one }) => ({ ...one, columns: Array.from(columns, toColumn) }))
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
    await upsertLearnedTables(this.db, rows, new Date());
    for (const table of tables) this.changed.delete(table);
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}

const keyOf = ({ name, platform }: { name: string; platform: string }) => `${name} ${platform}`;

const toColumn = ([name, type]: [string, string]) => ({ name, type });
