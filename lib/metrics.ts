import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";

export type Metrics = ReturnType<typeof createMetrics>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

/** The process's metrics, made once by its entry and passed in. Labels have few, fixed values. */
export function createMetrics() {
  const registry = new Registry();
  registry.setDefaultLabels({});
  collectDefaultMetrics({ register: registry });
  const registers = [registry];
  const counter = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Counter({ name, help, labelNames, registers });
  const gauge = <T extends string>(name: string, help: string, labelNames: T[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const histogram = <T extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: T[] = [],
  ) => new Histogram({ name, help, labelNames, buckets, registers });
  return {
    registry,
    agentRequests: counter("muster_agent_requests_total", "Agent requests", ["route", "outcome"]),
    agentSeconds: histogram("muster_agent_seconds", "Time to answer agents", SECONDS, ["route"]),
    agentInputs: counter(
      "muster_agent_bad_inputs_total",
      "Input from agents that was refused or skipped",
      ["reason"],
    ),
    agentLogLines: counter("muster_agent_log_lines_total", "Log lines taken from agents", ["type"]),
    policyAnswers: counter("muster_policy_answers_total", "Policy answers taken"),
    policiesAsked: counter("muster_policies_asked_total", "Policies handed to hosts"),
    hostCacheHits: counter("muster_host_cache_total", "Host look-ups", ["outcome"]),
    hostCacheEntries: gauge("muster_host_cache_entries", "Hosts held in memory"),
    bufferDepth: gauge("muster_buffer_depth", "Writes waiting for a commit", ["buffer"]),
    commitRows: histogram(
      "muster_commit_hosts",
      "Hosts per group commit",
      [1, 2, 5, 10, 25, 50, 100, 250],
      ["buffer"],
    ),
    commitSeconds: histogram("muster_commit_seconds", "Time of a group commit", SECONDS, [
      "buffer",
    ]),
    commitFailures: counter("muster_commit_failures_total", "Group commits that failed", [
      "buffer",
    ]),
    pollLagSeconds: gauge(
      "muster_poll_lag_seconds",
      "Age of what the process knows of the database",
    ),
    statsDrift: counter("muster_stats_drift_total", "Counts the roll-up had to repair, in hosts"),
    jobSeconds: histogram("muster_job_seconds", "Time of the worker's jobs", SECONDS, ["job"]),
    jobFailures: counter("muster_job_failures_total", "Jobs that failed", ["job"]),
    leaseHeld: gauge("muster_lease_held", "1 while this process holds the worker's lease"),
  };
}
