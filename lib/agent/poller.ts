import type { Database, Executor } from "#db/client.ts";
import { selectSecretHashes } from "#lib/enroll-secrets/sql.ts";
import { FailureLog } from "#lib/failure-log.ts";
import type { Log } from "#lib/log.ts";
import { judgedPolicy, readRules } from "#lib/membership/rules.ts";
import type { Metrics } from "#lib/metrics.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { selectTeamOptions } from "#lib/teams/sql.ts";
import type { ServerClock } from "./clock.ts";
import { AgentConfigs } from "./config.ts";
import type { HostCache } from "./host-cache.ts";
import type { LiveRuns } from "./live.ts";
import { NO_SNAPSHOT, Plans } from "./plan.ts";
import {
  selectAgentsById,
  selectChangedAgents,
  selectLabelQueries,
  selectPlannedPolicies,
  selectPulse,
} from "./sql.ts";

const POLL_INTERVAL_MS = 1_000;
/**
 * How far a poll looks back past the last one. changed_at is set by a statement and visible after
 * its commit, which nearly always comes sooner than this.
 */
const OVERLAP_MS = 2_000;
/** Every so often a poll looks back further, for changes of transactions that took long (lock waits are 5 s). */
const LONG_OVERLAP_MS = 25_000;
const LONG_OVERLAP_EVERY_MS = 10_000;
const CHANGES_PER_STEP = 2_000;

/** What the process knows of the database besides hosts. */
export interface Knowledge {
  plans: Plans;
  configs: AgentConfigs;
}

export interface PollerOptions {
  live: LiveRuns;
  db: Database;
  log: Log;
  metrics: Metrics;
  clock: ServerClock;
  cache: HostCache;
  policyIntervalSeconds: number;
}

/**
 * Brings the process's copies up to date by reading, once a second: two revisions and the hosts
 * changed since. Nobody is told of changes, so nobody can forget to tell.
 */
export class Poller {
  readonly knowledge: Knowledge = {
    plans: new Plans(NO_SNAPSHOT),
    configs: new AgentConfigs(-1, new Map(), {}, []),
  };
  private readonly options: PollerOptions;
  private timer: NodeJS.Timeout | undefined;
  private polling: Promise<void> | undefined;
  private stopped = false;
  private sinceMs = 0;
  /** By performance.now(): were it the database's clock, that could be put back. */
  private lookedFarMs = Number.NEGATIVE_INFINITY;
  private lastSuccessMs = 0;
  private readonly failures: FailureLog;

  constructor(options: PollerOptions) {
    this.options = options;
    this.failures = new FailureLog(options.log, "cannot read changes from the database");
    options.metrics.pollLagSeconds.watch({}, () => this.lagSeconds());
  }

  /** Age of what the process knows; it grows while a reading hangs, and no change of clock moves it. */
  lagSeconds(): number {
    return this.lastSuccessMs === 0 ? 0 : (performance.now() - this.lastSuccessMs) / 1000;
  }

  /** Resolves after the first complete reading: nothing may be served before. */
  async start(): Promise<void> {
    await this.read();
    this.schedule();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.polling?.catch(() => undefined);
  }

  /** Reads now; concurrent callers share one reading. */
  read(): Promise<void> {
    this.polling ??= this.readOnce().finally(() => {
      this.polling = undefined;
    });
    return this.polling;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(async () => {
      try {
        await this.read();
        this.failures.worked();
      } catch (err) {
        this.failures.failed(err);
      }
      this.schedule();
    }, POLL_INTERVAL_MS);
  }

  private async readOnce(): Promise<void> {
    const { db, clock } = this.options;
    const beforeMs = performance.now();
    const pulse = await selectPulse(db);
    clock.adjust(pulse.now.getTime(), beforeMs, performance.now());
    if (pulse.policies !== this.knowledge.plans.snapshot.revision) await this.readPolicies(db);
    if (pulse.config !== this.knowledge.configs.revision) await this.readConfig(pulse.config);
    await this.readHosts(pulse.now.getTime());
    await this.options.live.read(pulse.openRuns);
    this.lastSuccessMs = performance.now();
  }

  /**
   * The revision is read before the policies: should one change in between, it is read again. A
   * transaction reads over its own connection: waiting for another while holding one can be for ever.
   */
  async readPolicies(executor: Executor): Promise<void> {
    const { policyIntervalSeconds } = this.options;
    const { policies: revision } = await selectPulse(executor);
    const [rows, rules, queries, { gate }] = await Promise.all([
      selectPlannedPolicies(executor),
      readRules(executor),
      selectLabelQueries(executor),
      readSettings(executor),
    ]);
    const policies = rows.map((row) => judgedPolicy(row, rules, policyIntervalSeconds));
    const labels = rules.labels.map((label) => ({ ...label, query: queries.get(label.id) ?? "" }));
    this.knowledge.plans = new Plans({ ...rules, revision, policies, labels, gate });
  }

  private async readConfig(revision: number): Promise<void> {
    const { db } = this.options;
    const [settings, teams, secrets] = await Promise.all([
      readSettings(db),
      selectTeamOptions(db),
      selectSecretHashes(db),
    ]);
    this.knowledge.configs = new AgentConfigs(revision, teams, settings.agentOptions, secrets);
    const { snapshot } = this.knowledge.plans;
    if (snapshot.gate !== settings.gate) {
      this.knowledge.plans = new Plans({ ...snapshot, gate: settings.gate });
    }
  }

  private async readHosts(databaseMs: number): Promise<void> {
    const { db, cache } = this.options;
    const looksFar = performance.now() - this.lookedFarMs >= LONG_OVERLAP_EVERY_MS;
    if (looksFar) this.lookedFarMs = performance.now();
    // The first poll has nothing cached to bring up to date; after a clock that was put back, what was
    // changed since is dated before the last poll.
    const fromMs = Math.min(this.sinceMs || databaseMs, databaseMs);
    let since = new Date(fromMs - (looksFar ? LONG_OVERLAP_MS : OVERLAP_MS));
    for (;;) {
      const changed = await selectChangedAgents(db, since, CHANGES_PER_STEP);
      const stale: number[] = [];
      for (const row of changed) {
        const entry = cache.byHostId(row.hostId);
        if (!entry) continue;
        if (row.deleted) cache.remove(row.hostId);
        else if (entry.revision !== row.revision) stale.push(row.hostId);
      }
      if (stale.length > 0) {
        for (const row of await selectAgentsById(db, stale)) cache.store(row);
      }
      const last = changed.at(-1)?.changedAt;
      if (changed.length < CHANGES_PER_STEP || !last) break;
      // More than a step within one millisecond would not move on; step over it.
      since = last > since ? last : new Date(since.getTime() + 1);
    }
    this.sinceMs = databaseMs;
  }
}
