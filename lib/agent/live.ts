import type { Database } from "#db/client.ts";
import { FailureLog } from "#lib/failure-log.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import type { GroupCommit } from "./group-commit.ts";
import { LIVE_PREFIX, type LiveAnswer } from "./live-answer.ts";
import {
  ASK_AGAIN_AFTER_MS,
  type Claim,
  claimBuffer,
  type LiveReport,
  liveReportBuffer,
} from "./live-commit.ts";
import {
  type OpenRun,
  selectOpenRuns,
  selectRunsToHandOut,
  selectWaitingHosts,
} from "./live-sql.ts";
import { type AgentReply, reply } from "./replies.ts";

/** More than are ever let in; see lib/runs/limits.ts. */
const OPEN_RUNS_MAX = 2_000;
/** Hosts times runs that are kept in memory; more runs wait until some have ended. */
const WAITING_MAX = 400_000;
/** Runs in one answer to a host: it reports when it has run all of them. */
const RUNS_PER_READ_MAX = 10;
/**
 * Hosts of small runs check in every 5 s for this long: whoever writes a query runs it again and
 * again. Of large ones they keep to their interval, or 10,000 hosts would ask twice as often.
 */
const ACCELERATE_SECONDS = 60;
const ACCELERATED_HOSTS_MAX = 200;
/** After a failure of ours the host may ask again at its next check-in. */
const RETRY_AFTER_MS = 5_000;

interface LiveRun {
  id: number;
  expiresAtMs: number;
  accelerates: boolean;
  queryJson: string;
  discoveryJson: string;
  hostIds: readonly number[];
}

interface Waiting {
  run: LiveRun;
  /** Server time. The host is not handed the run before. */
  notBeforeMs: number;
}

export interface LiveRunsOptions {
  db: Database;
  metrics: Metrics;
  log: Log;
  /** Makes the next read of a host compute anew when something is due. */
  wake: (hostId: number) => void;
}

/**
 * Runs that wait for hosts, and for which: a copy that the poller brings up to date. A host is handed
 * its runs alone, before anything else is due: osquery reports when it has run all that it was
 * given, and a query that kills it takes those results with it.
 */
export class LiveRuns {
  private readonly runs = new Map<number, LiveRun>();
  private readonly byHost = new Map<number, Waiting[]>();
  private waiting = 0;
  private readonly options: LiveRunsOptions;
  private readonly claims: GroupCommit<Claim>;
  private readonly reports: GroupCommit<LiveReport>;
  private readonly failures: FailureLog;

  constructor(options: LiveRunsOptions) {
    this.options = options;
    this.failures = new FailureLog(options.log, "cannot hand out live queries");
    const { db, metrics, log } = options;
    this.claims = claimBuffer(db, metrics, log);
    this.reports = liveReportBuffer(db, metrics, log);
  }

  /** Takes up what began and drops what ended. `any`: whether there are open runs at all. */
  async read(any: boolean): Promise<void> {
    if (!any && this.runs.size === 0) return;
    const { db, log } = this.options;
    const open = any ? await selectOpenRuns(db, OPEN_RUNS_MAX) : [];
    const isOpen = new Set(open);
    for (const run of [...this.runs.values()]) if (!isOpen.has(run.id)) this.end(run);
    const begun = open.filter((id) => !this.runs.has(id));
    if (begun.length === 0) return;
    for (const run of await selectRunsToHandOut(db, begun)) {
      if (this.waiting + run.hosts > WAITING_MAX) {
        log.warn({ run: run.id, waiting: this.waiting }, "a run waits for others to end");
        continue;
      }
      this.begin(run, await selectWaitingHosts(db, run.id));
    }
  }

  /** When the host is to be handed a run; no run: never. Server time, ms. */
  dueAtMs(hostId: number): number {
    let earliest = Number.POSITIVE_INFINITY;
    for (const { notBeforeMs } of this.byHost.get(hostId) ?? []) {
      earliest = Math.min(earliest, notBeforeMs);
    }
    return earliest;
  }

  /** The runs that are due for a host as an answer to it; undefined when nothing is, or in the end. */
  handOut(hostId: number, nowMs: number): Promise<AgentReply | undefined> | undefined {
    const due = this.byHost
      .get(hostId)
      ?.filter(({ run, notBeforeMs }) => notBeforeMs <= nowMs && nowMs < run.expiresAtMs)
      .slice(0, RUNS_PER_READ_MAX);
    return due && due.length > 0 ? this.claim(hostId, due, nowMs) : undefined;
  }

  /** Resolves when the answers are in the database. */
  async take(hostId: number, answers: readonly LiveAnswer[]): Promise<void> {
    await this.reports.add({ hostId, answers });
    for (const { runId } of answers) this.forget(hostId, runId);
  }

  async stop(): Promise<void> {
    await Promise.all([this.claims.stop(), this.reports.stop()]);
  }

  private async claim(
    hostId: number,
    due: readonly Waiting[],
    nowMs: number,
  ): Promise<AgentReply | undefined> {
    // Before waiting: a host may read twice at a time.
    for (const one of due) one.notBeforeMs = nowMs + ASK_AGAIN_AFTER_MS;
    const claim: Claim = { hostId, runIds: due.map(({ run }) => run.id), grants: new Map() };
    try {
      await this.claims.add(claim);
      this.failures.worked();
    } catch (err) {
      for (const one of due) one.notBeforeMs = nowMs + RETRY_AFTER_MS;
      this.failures.failed(err);
    }
    for (const [runId, grant] of claim.grants) if (grant === "never") this.forget(hostId, runId);
    this.options.wake(hostId);
    const granted = due.filter(({ run }) => claim.grants.get(run.id) === "hand out");
    return granted.length > 0 ? replyOf(granted.map(({ run }) => run)) : undefined;
  }

  private begin(run: OpenRun, hostIds: readonly number[]): void {
    const name = JSON.stringify(`${LIVE_PREFIX}${run.id}`);
    const live: LiveRun = {
      id: run.id,
      expiresAtMs: run.expiresAt.getTime(),
      accelerates: run.hosts <= ACCELERATED_HOSTS_MAX,
      queryJson: `${name}:${JSON.stringify(run.query)}`,
      discoveryJson: `${name}:"SELECT 1"`,
      hostIds,
    };
    this.runs.set(run.id, live);
    for (const hostId of hostIds) {
      const ofHost = this.byHost.get(hostId);
      const waiting = { run: live, notBeforeMs: 0 };
      if (ofHost) ofHost.push(waiting);
      else this.byHost.set(hostId, [waiting]);
      this.waiting++;
      this.options.wake(hostId);
    }
  }

  private end(run: LiveRun): void {
    this.runs.delete(run.id);
    for (const hostId of run.hostIds) this.forget(hostId, run.id);
  }

  private forget(hostId: number, runId: number): void {
    const before = this.byHost.get(hostId);
    const rest = before?.filter(({ run }) => run.id !== runId);
    if (!before || !rest || rest.length === before.length) return;
    this.waiting -= before.length - rest.length;
    if (rest.length > 0) this.byHost.set(hostId, rest);
    else this.byHost.delete(hostId);
    this.options.wake(hostId);
  }
}

function replyOf(runs: readonly LiveRun[]): AgentReply {
  const queries = runs.map(({ queryJson }) => queryJson).join();
  const discovery = runs.map(({ discoveryJson }) => discoveryJson).join();
  const accelerate = runs.some((run) => run.accelerates)
    ? `,"accelerate":${ACCELERATE_SECONDS}`
    : "";
  return reply(`{"queries":{${queries}},"discovery":{${discovery}}${accelerate}}`);
}
