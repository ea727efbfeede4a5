import { type AgentOptions, agentOptionsFrom, initialAgentOptions } from "./agent-options.ts";
import { costOf } from "./cost.ts";
import { createDistributedWork, type DistributedWork } from "./distributed.ts";
import type { SqlEngine } from "./engine.ts";
import { enrollBody } from "./enroll-body.ts";
import type { SimulatedHost } from "./host.ts";
import type { Presence } from "./presence.ts";
import { createRemote, type Remote, replyReason, type Sleep } from "./remote.ts";
import { createStatusLog, type StatusLog } from "./status-log.ts";
import type { Transport } from "./transport.ts";

export interface AgentSettings {
  host: SimulatedHost;
  engine: SqlEngine;
  transport: Transport;
  presence: Presence;
  enrollSecret: string;
  /** "" for a new host. */
  savedNodeKey: string;
  /** `--distributed_interval` until the server's configuration says otherwise. */
  intervalSeconds: number;
  signal: AbortSignal;
  nowMilliseconds: () => number;
  sleep: Sleep;
  /** Goes where osqueryd's stderr would. */
  onTrouble: (message: string) => void;
}

/**
 * One osquery agent. `run` is the life of a worker with its three threads; the single cycles are
 * there for tests and for fleets that are driven by another clock.
 *
 *   no key --enroll--> key --node_invalid--> no key
 *   distributed: read -> discovery -> queue -> run all -> write -> (acknowledged | kept for next time)
 */
export interface Agent {
  readonly host: SimulatedHost;
  /** Until the signal aborts. Does not reject for anything the server does. */
  run(): Promise<void>;
  refreshConfig(): Promise<void>;
  distributedCycle(): Promise<void>;
  sendLogs(): Promise<void>;
  nodeKey(): string;
}

const attemptsMax = 3;
/** `--config_refresh` of a flagfile as the console hands it out. */
const configRefreshSeconds = 60;
const configAcceleratedRefreshSeconds = 300;
const acceleratedSeconds = 5;
/** `--logger_tls_max_lines`. */
const logLinesMax = 1024;
/** The watcher waits before it starts a worker again. */
const respawnSeconds = 5;

interface AgentParts {
  settings: AgentSettings;
  remote: Remote;
  work: DistributedWork;
  log: StatusLog;
  options: AgentOptions;
}

export function createAgent(settings: AgentSettings): Agent {
  const parts = createParts(settings);
  return {
    host: settings.host,
    nodeKey: parts.remote.nodeKey,
    refreshConfig: async () => {
      await refreshConfig(parts);
    },
    distributedCycle: async () => {
      await distributedCycle(parts);
    },
    sendLogs: () => sendLogs(parts),
    run: async () => {
      const loops = [configLoop(parts), distributedLoop(parts), logLoop(parts)];
      const ends = await Promise.allSettled(loops);
      for (const end of ends) {
        if (end.status === "rejected" && !settings.signal.aborted) throw end.reason;
      }
    },
  };
}

function createParts(settings: AgentSettings): AgentParts {
  const { host, engine, nowMilliseconds } = settings;
  const { uuid, osqueryVersion } = host.profile;
  const log = createStatusLog(uuid, osqueryVersion, nowMilliseconds);
  const run = (sql: string) => engine.run(host, sql, new Date(nowMilliseconds()));
  const remote = createRemote({
    transport: settings.transport,
    osqueryVersion,
    savedNodeKey: settings.savedNodeKey,
    enrollBody: () => enrollBody(host, run, settings.enrollSecret),
    sleep: settings.sleep,
    signal: settings.signal,
    onEnrolled: () => log.add(0, "tls_enroll.cpp", "Enrolled with the server"),
    onEnrollFailed: (reason) => settings.onTrouble(`cannot enroll: ${reason}`),
  });
  const work = createDistributedWork({
    run,
    nowMilliseconds,
    costOf: (sql) => costOf(uuid, sql),
    onQuery: (id, sql) =>
      log.add(0, "distributed.cpp", `Executing distributed query: ${id}: ${sql}`),
  });
  const options = initialAgentOptions(settings.intervalSeconds);
  return { settings, remote, work, log, options };
}

async function refreshConfig({ remote, options, log }: AgentParts): Promise<boolean> {
  const reply = await remote.call("/api/osquery/config", {}, attemptsMax);
  if (reply.kind === "ok") Object.assign(options, agentOptionsFrom(reply.body, options));
  else log.add(1, "config.cpp", `Cannot refresh configuration: ${replyReason(reply)}`);
  return reply.kind === "ok";
}

/** osquery runs what is queued and posts what is unacknowledged even when the read failed. */
async function distributedCycle({ remote, work, log }: AgentParts): Promise<"done" | "killed"> {
  const read = await remote.call("/api/osquery/distributed/read", {}, attemptsMax);
  if (read.kind === "ok") {
    const dropped = work.accept(read.body);
    if (dropped) log.add(2, "distributed.cpp", dropped);
  }
  if (work.runQueued() === "killed") {
    log.add(2, "watcher.cpp", "osqueryd worker stopping: utilization limit exceeded");
    return "killed";
  }
  if (!work.hasResults()) return "done";
  const written = await remote.call(
    "/api/osquery/distributed/write",
    work.writeBody(),
    attemptsMax,
  );
  if (written.kind === "ok") work.acknowledged();
  return "done";
}

/** One attempt per period; lines that were not taken go again with the next ones. */
async function sendLogs({ remote, log }: AgentParts): Promise<void> {
  const data = log.peek(logLinesMax);
  if (data.length === 0) return;
  const reply = await remote.call("/api/osquery/log", { log_type: "status", data }, 1);
  if (reply.kind === "ok") log.drop(data.length);
}

async function repeat(
  { settings: { presence, sleep, signal } }: AgentParts,
  cycle: () => Promise<number>,
): Promise<void> {
  while (!signal.aborted) {
    await presence.whenOnline(signal);
    await sleep((await cycle()) * 1000, signal);
  }
}

function configLoop(parts: AgentParts): Promise<void> {
  return repeat(parts, async () =>
    (await refreshConfig(parts)) ? configRefreshSeconds : configAcceleratedRefreshSeconds,
  );
}

function distributedLoop(parts: AgentParts): Promise<void> {
  return repeat(parts, async () => {
    if ((await distributedCycle(parts)) === "killed") return respawnSeconds;
    return parts.work.accelerated() ? acceleratedSeconds : parts.options.distributedIntervalSeconds;
  });
}

function logLoop(parts: AgentParts): Promise<void> {
  return repeat(parts, async () => {
    await sendLogs(parts);
    return parts.options.loggerPeriodSeconds;
  });
}
