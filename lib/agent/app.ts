import type { Database } from "#db/client.ts";
import { isOutage } from "#db/outage.ts";
import type { Env } from "#lib/env.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { tracedBatch, tracing } from "#lib/tracing.ts";
import { Turns } from "#lib/turns.ts";
import { Admission } from "./admission.ts";
import { askingBuffer } from "./asked.ts";
import { ServerClock } from "./clock.ts";
import { CostWriter } from "./costs.ts";
import { AgentDispatcher, type HostHandler } from "./dispatcher.ts";
import { enroll } from "./enroll.ts";
import { GroupCommit } from "./group-commit.ts";
import { HostCache } from "./host-cache.ts";
import type { HostEntry } from "./host-entry.ts";
import { agentRoute, nodeHandler, webHandler } from "./http.ts";
import { LearnedTables } from "./learned-tables.ts";
import { LiveRuns } from "./live.ts";
import { takeLogs } from "./logs.ts";
import { Poller } from "./poller.ts";
import { Rate } from "./rate.ts";
import { distributedRead, type ReadOptions } from "./read.ts";
import type { Report } from "./report.ts";
import { commitReports, type ReportCommitter } from "./report-commit.ts";
import { SeenWriter } from "./seen.ts";
import { clearRefetch, selectAgentsByKey } from "./sql.ts";
import { distributedWrite } from "./write.ts";

const REPORTS_PER_COMMIT = 250;
const REPORTS_WAITING_MAX = 5_000;
/** Half of the pool's connections; the rest are for reports, look-ups and polling. */
const ENROLMENTS_AT_ONCE = 10;
/** At 200 a second the last one waits 20 s, well within an agent's patience. */
const ENROLMENTS_WAITING_MAX = 4_000;

export interface AgentAppOptions {
  db: Database;
  env: Env;
  metrics: Metrics;
  log: Log;
}

export type AgentApp = ReturnType<typeof createAgentApp>;

/**
 * osquery's TLS API: plain functions over parsed requests, mounted by server.ts in front of Next
 * and by app/api/osquery for those who run Next alone. All state it has ends with `stop`.
 */
export function createAgentApp(options: AgentAppOptions) {
  const { db, env, metrics, log } = options;
  const clock = new ServerClock();
  const { nowMs } = clock;
  const load = (hashes: Buffer[]) => selectAgentsByKey(db, hashes);
  const cache = new HostCache({ load, nowMs, metrics });
  const policyIntervalSeconds = env.policyUpdateIntervalSeconds;
  const wake = (hostId: number) => cache.wake(hostId);
  const live = new LiveRuns({ db, metrics, log, wake });
  const poller = new Poller({ live, db, log, metrics, clock, cache, policyIntervalSeconds });
  const knowledge = () => poller.knowledge;
  const seen = new SeenWriter(db, log);
  const costs = new CostWriter(db, log);
  const learned = new LearnedTables(db, log);
  const reports = reportBuffer(options, cache, poller);
  const admission = new Admission({ log, metrics, isFull: () => reports.isFull });
  const askings = askingBuffer(db, metrics, log);
  const readOptions: ReadOptions = {
    knowledge,
    nowMs,
    seen,
    cadence: {
      detailIntervalSeconds: env.detailUpdateIntervalSeconds,
      labelIntervalSeconds: env.labelUpdateIntervalSeconds,
      jitterPercent: env.maxJitterPercent,
    },
    postpones: () => admission.postpones(),
    rollout: new Rate(env.policyRolloutHostsPerSecond, nowMs),
    asked: (count) => metrics.policiesAsked.inc(count),
    witness: (asking) => askings.add(asking),
    giveUpRefetch: (entry) => giveUpRefetch(options, entry),
    live,
  };
  const addReport = (report: Report) => {
    tracing()?.remember(report);
    return reports.add(report);
  };
  const writeOptions = { knowledge, metrics, nowMs, costs, commit: addReport, live, learned };
  const ofHosts: Record<string, HostHandler> = {
    config: (entry) => {
      seen.seen(entry, nowMs());
      return knowledge().configs.answer(entry);
    },
    "distributed/read": (entry) => distributedRead(readOptions, entry),
    "distributed/write": (entry, body) => distributedWrite(writeOptions, entry, body),
    log: (entry, body) => {
      seen.seen(entry, nowMs());
      return takeLogs(metrics, body);
    },
  };
  const turns = new Turns({
    name: "enrolments",
    atOnce: ENROLMENTS_AT_ONCE,
    waitingMax: ENROLMENTS_WAITING_MAX,
  });
  metrics.bufferDepth.watch({ buffer: "enrolments" }, () => turns.depth);
  const enrollHost = (body: Record<string, unknown>) =>
    turns.run(() =>
      enroll(
        { db, env, nowMs, labels: knowledge().plans.snapshot.labels },
        knowledge().configs,
        body,
      ),
    );
  const routes = { enroll: enrollHost, ofHosts };
  const dispatcher = new AgentDispatcher({ routes, cache, admission, metrics, log });

  return {
    handles: (method: string, path: string): boolean =>
      method === "POST" && agentRoute(path) !== undefined,
    handle: nodeHandler(dispatcher, admission, metrics),
    handleWeb: (request: Request) => webHandler(dispatcher, request),
    /** Reads what must be known before the first agent. Rejects while the database is away. */
    async start(): Promise<void> {
      await poller.start();
      seen.start();
      costs.start();
      learned.start();
      admission.start();
    },
    /** Takes no more, and resolves when everything taken is in the database. */
    async stop(): Promise<void> {
      admission.stop();
      await Promise.all([reports.stop(), askings.stop(), live.stop()]);
      await poller.stop();
      await seen.stop();
      await costs.stop();
      await learned.stop();
    },
    /** Reads changes now instead of within a second. For tests. Twice: one may be under way. */
    async refresh(): Promise<void> {
      await poller.read();
      await poller.read();
    },
  };
}

function reportBuffer(options: AgentAppOptions, cache: HostCache, poller: Poller) {
  const { db, metrics, log } = options;
  const committer: ReportCommitter = {
    db,
    metrics,
    benchAt: async (revision, tx) => {
      if (poller.knowledge.plans.snapshot.revision !== revision) await poller.readPolicies(tx);
      return poller.knowledge.plans.snapshot;
    },
  };
  return new GroupCommit<Report>({
    name: "reports",
    batchMax: REPORTS_PER_COMMIT,
    waitingMax: REPORTS_WAITING_MAX,
    metrics,
    log,
    isOutage,
    commit: async (batch) => {
      const hosts = await tracedBatch("commit reports", batch, () =>
        commitReports(committer, batch),
      );
      for (const host of hosts) cache.update(host);
    },
  });
}

function giveUpRefetch({ db, log }: AgentAppOptions, entry: HostEntry): void {
  clearRefetch(db, entry.hostId, new Date(entry.refetchRequestedAtMs)).catch((err: unknown) =>
    log.warn({ err, hostId: entry.hostId }, "refetch not ended"),
  );
}
