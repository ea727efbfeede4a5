import type { Database } from "#db/client.ts";
import { FailureLog } from "#lib/failure-log.ts";
import { COST_BUCKETS, costBucket } from "#lib/history/cost-buckets.ts";
import type { Log } from "#lib/log.ts";
import { isObject, type Json } from "./input.ts";
import type { Snapshot } from "./plan.ts";
import type { Report } from "./report.ts";
import { addCosts, type CostRow } from "./sql.ts";

const FLUSH_INTERVAL_MS = 10_000;
const BYTES_PER_KIB = 1_024;
const METRICS = ["wall", "memory"] as const;

/** Runs by bucket: first of wall time, then of memory. */
interface PolicyRuns {
  revision: number;
  runs: Uint32Array;
}

/**
 * Adds up what agents say a policy cost them, and writes the sums now and then: 1,400 answers a
 * second are a few hundred rows in ten. Two numbers in an array that is there are all that an answer takes.
 */
export class CostWriter {
  private waiting = new Map<number, PolicyRuns>();
  private revisions = new Map<number, { revision: number; queryRevision: number }>();
  private snapshot: Snapshot | undefined;
  private timer: NodeJS.Timeout | undefined;
  private flushing: Promise<void> = Promise.resolve();
  private readonly db: Database;
  private readonly failures: FailureLog;

  constructor(db: Database, log: Log) {
    this.db = db;
    this.failures = new FailureLog(log, "costs of policies not written");
  }

  start(): void {
    this.timer = setInterval(() => this.flush(), FLUSH_INTERVAL_MS);
  }

  /**
   * Takes a body's `stats`, which osquery sends from 5.8 on. Counted is only what is known to be
   * the cost of the present SQL: what this process handed out.
   */
  take(snapshot: Snapshot, report: Report, stats: unknown, nameOf: (id: number) => string): void {
    if (!isObject(stats)) return;
    this.know(snapshot);
    for (const policyId of report.answers.keys()) {
      const told = stats[nameOf(policyId)];
      if (isObject(told)) this.add(policyId, report, told);
    }
  }

  private know(snapshot: Snapshot): void {
    if (this.snapshot === snapshot) return;
    this.snapshot = snapshot;
    this.revisions = new Map(snapshot.policies.map((policy) => [policy.id, policy]));
  }

  private add(policyId: number, report: Report, told: Json): void {
    const policy = this.revisions.get(policyId);
    if (!policy || report.asked?.handed(policyId)?.oldestQueryRevision !== policy.queryRevision)
      return;
    const { revision } = policy;
    let of = this.waiting.get(policyId);
    if (of?.revision !== revision) {
      // What waits of the SQL before is written first.
      if (of) void this.flush();
      of = { revision, runs: new Uint32Array(2 * COST_BUCKETS) };
      this.waiting.set(policyId, of);
    }
    count(of.runs, 0, Number(told.wall_time_ms));
    count(of.runs, COST_BUCKETS, Number(told.memory) / BYTES_PER_KIB);
  }

  /** Writes what is waiting. A failure drops it: there is more to come. */
  flush(): Promise<void> {
    if (this.waiting.size === 0) return this.flushing;
    const rows = [...this.waiting].flatMap(([policyId, of]) => rowsOf(policyId, of));
    this.waiting = new Map();
    // In the order of the key: two servers that write the same rows must lock them in one order.
    rows.sort((a, b) => a.policyId - b.policyId || a.revision - b.revision || byMetric(a, b));
    this.flushing = this.flushing
      .then(() => addCosts(this.db, rows))
      .then(
        () => this.failures.worked(),
        (err: unknown) => this.failures.failed(err),
      );
    return this.flushing;
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }
}

const byMetric = (a: CostRow, b: CostRow) =>
  a.metric.localeCompare(b.metric) || a.bucket - b.bucket;

function count(runs: Uint32Array, from: number, value: number): void {
  if (!(value >= 0)) return;
  const at = from + costBucket(value);
  runs[at] = (runs[at] ?? 0) + 1;
}

function rowsOf(policyId: number, { revision, runs }: PolicyRuns): CostRow[] {
  const rows: CostRow[] = [];
  for (const [at, count] of runs.entries()) {
    if (count === 0) continue;
    const metric = METRICS[at < COST_BUCKETS ? 0 : 1];
    rows.push({ policyId, revision, metric, bucket: at % COST_BUCKETS, runs: count });
  }
  return rows;
}
