import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import { BoundCounter, BoundHistogram, WatchedGauge } from "./bound-metrics.ts";

export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** A check-in is answered from memory in a tenth of a millisecond. */
const AGENT_SECONDS = [0.0001, 0.00025, 0.0005, ...SECONDS];
const HOSTS_PER_COMMIT = [1, 2, 5, 10, 25, 50, 100, 250];

/**
 * The process's metrics, made once by its entry and passed in. Labels have few, fixed values, and
 * a scrape reads memory alone: what takes a statement is counted by the worker's jobs.
 */
export function createMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    ...agentMetrics(registry),
    ...commitMetrics(registry),
    ...webMetrics(registry),
    ...databaseMetrics(registry),
    ...workerMetrics(registry),
  };
}

/** Makers of metrics that belong to one registry. */
function makers(registry: Registry) {
  const registers = [registry];
  return {
    counter: <T extends string>(name: string, help: string, labelNames: T[] = []) =>
      new Counter({ name, help, labelNames, registers }),
    boundCounter: <T extends string>(name: string, help: string, labelNames: T[]) =>
      new BoundCounter({ name, help, labelNames, registers }),
    gauge: <T extends string>(name: string, help: string, labelNames: T[] = []) =>
      new Gauge({ name, help, labelNames, registers }),
    watchedGauge: <T extends string>(name: string, help: string, labelNames: T[] = []) =>
      new WatchedGauge({ name, help, labelNames, registers }),
    histogram: <T extends string>(
      name: string,
      help: string,
      buckets: number[],
      labelNames: T[] = [],
    ) => new Histogram({ name, help, labelNames, buckets, registers }),
    boundHistogram: <T extends string>(
      name: string,
      help: string,
      buckets: number[],
      labelNames: T[],
    ) => new BoundHistogram({ name, help, labelNames, buckets, registers }),
  };
}

function agentMetrics(registry: Registry) {
  const { counter, boundCounter, boundHistogram, gauge, watchedGauge } = makers(registry);
  return {
    agentRequests: boundCounter(
      "muster_agent_requests_total",
      "Agent requests; outcome: ok, skipped, node_invalid, error, shed, aborted (left before it was looked at)",
      ["route", "outcome"],
    ),
    agentSeconds: boundHistogram("muster_agent_seconds", "Time to answer agents", AGENT_SECONDS, [
      "route",
    ]),
    agentInputs: counter(
      "muster_agent_bad_inputs_total",
      "Input from agents that was refused or skipped",
      ["reason"],
    ),
    agentsShed: counter(
      "muster_agents_shed_total",
      "Agent requests refused or put off because of overload",
      ["route", "reason"],
    ),
    connectionsDropped: counter(
      "muster_connections_dropped_total",
      "Connections closed at once because too many were open",
    ),
    agentLogLines: counter("muster_agent_log_lines_total", "Log lines taken from agents", ["type"]),
    policyAnswers: counter("muster_policy_answers_total", "Policy answers taken"),
    policiesAsked: counter("muster_policies_asked_total", "Policies handed to hosts"),
    hostCacheHits: boundCounter("muster_host_cache_total", "Host look-ups", ["outcome"]),
    hostCacheEntries: gauge("muster_host_cache_entries", "Hosts held in memory"),
    pollLagSeconds: watchedGauge(
      "muster_poll_lag_seconds",
      "Age of what the process knows of the database",
    ),
  };
}

function commitMetrics(registry: Registry) {
  const { counter, histogram, watchedGauge } = makers(registry);
  return {
    bufferDepth: watchedGauge("muster_buffer_depth", "Writes waiting for a commit", ["buffer"]),
    commitRows: histogram("muster_commit_hosts", "Hosts per group commit", HOSTS_PER_COMMIT, [
      "buffer",
    ]),
    commitSeconds: histogram("muster_commit_seconds", "Time of a group commit", SECONDS, [
      "buffer",
    ]),
    commitFailures: counter("muster_commit_failures_total", "Group commits that failed", [
      "buffer",
    ]),
  };
}

function webMetrics(registry: Registry) {
  const { boundCounter, boundHistogram } = makers(registry);
  return {
    webRequests: boundCounter(
      "muster_web_requests_total",
      "Requests to the console, the REST API and attestation; outcome: class of the status",
      ["route", "outcome"],
    ),
    webSeconds: boundHistogram("muster_web_seconds", "Time to answer them", SECONDS, ["route"]),
    attestationAnswers: boundCounter(
      "muster_attestation_answers_total",
      "Attestations of known hosts: answered as before (hit), judged anew (miss)",
      ["outcome"],
    ),
  };
}

function databaseMetrics(registry: Registry) {
  const { watchedGauge } = makers(registry);
  return {
    databaseConnections: watchedGauge(
      "muster_database_connections",
      "Open connections to the database: used, idle",
      ["pool", "state"],
    ),
    databaseConnectionsMax: watchedGauge(
      "muster_database_connections_max",
      "The most connections a pool opens",
      ["pool"],
    ),
    databaseWaiting: watchedGauge(
      "muster_database_waiting",
      "Statements and transactions waiting for a connection",
      ["pool"],
    ),
  };
}

function workerMetrics(registry: Registry) {
  const { counter, gauge, histogram } = makers(registry);
  return {
    hosts: gauge(
      "muster_hosts",
      "Hosts: online, offline. Told by the lease's holder, each minute",
      ["status"],
    ),
    verdicts: gauge("muster_host_verdicts", "Hosts by verdict: pass, fail, unknown. Likewise", [
      "verdict",
    ]),
    statsDrift: counter("muster_stats_drift_total", "Counts the roll-up had to repair, in hosts"),
    policiesErroring: gauge(
      "muster_policies_erroring",
      "Policies that error on most of their hosts. Told by the lease's holder",
    ),
    jobSeconds: histogram("muster_job_seconds", "Time of the worker's jobs", SECONDS, ["name"]),
    jobFailures: counter("muster_job_failures_total", "Jobs that failed", ["name"]),
    deliveries: counter(
      "muster_deliveries_total",
      "Attempts to deliver to webhooks: sent, retry (failed for now), failed (given up), dropped (nothing left to tell)",
      ["kind", "outcome"],
    ),
    deliveriesWaiting: gauge(
      "muster_deliveries_waiting",
      "Deliveries that wait to be sent. Told by the lease's holder",
      ["kind"],
    ),
    deliveryAgeSeconds: gauge(
      "muster_delivery_age_seconds",
      "How long the oldest of them has been waiting. Likewise",
      ["kind"],
    ),
    leaseHeld: gauge("muster_lease_held", "1 while this process holds the worker's lease"),
  };
}
