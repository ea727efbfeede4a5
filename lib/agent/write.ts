import type { Metrics } from "#lib/metrics.ts";
import type { CostWriter } from "./costs.ts";
import { DETAIL_PREFIX } from "./detail-queries.ts";
import { isSameHandOut } from "./handed.ts";
import type { HostEntry } from "./host-entry.ts";
import { isObject, type Json, messageOf, rowCountOf, rowsOf, statusOf } from "./input.ts";
import { LABEL_PREFIX } from "./label-queries.ts";
import type { LearnedTables } from "./learned-tables.ts";
import type { LiveRuns } from "./live.ts";
import { LIVE_PREFIX, liveAnswersOf } from "./live-answer.ts";
import { POLICY_PREFIX } from "./plan.ts";
import type { Knowledge } from "./poller.ts";
import { type AgentReply, OK } from "./replies.ts";
import type { Report } from "./report.ts";
import { ingestDetail } from "./vitals.ts";

/** Results per body that are looked at: more than any host is ever asked. */
const RESULTS_MAX = 10_000;

export interface WriteOptions {
  knowledge: () => Knowledge;
  metrics: Metrics;
  nowMs: () => number;
  costs: CostWriter;
  learned: LearnedTables;
  /** Resolves once the report is in the database. */
  commit: (report: Report) => Promise<void>;
  live: Pick<LiveRuns, "take">;
}

/**
 * Takes what a host found (contract: fleet-api 1.5). Whatever is wrong with one result concerns
 * that result alone: an error here would make the agent send all of them again for ever.
 */
export async function distributedWrite(
  options: WriteOptions,
  entry: HostEntry,
  body: Json,
): Promise<AgentReply> {
  const report = parseReport(options, entry, body);
  const live = liveAnswersOf(body);
  const taking = live.length > 0 ? options.live.take(entry.hostId, live) : undefined;
  await Promise.all([taking, commitReport(options, entry, report)]);
  return OK;
}

async function commitReport(options: WriteOptions, entry: HostEntry, report: Report) {
  if (report.answers.size === 0 && report.labels.size === 0 && !report.details) return;
  await options.commit(report);
  const { extensionTables } = report.details ?? {};
  if (extensionTables) options.learned.take(entry.platformFamily, extensionTables);
  settleAsked(entry, report);
}

/**
 * What was answered is no longer awaited; what the same body left out is still, for a while, and so
 * is what was handed out again while the report was being written.
 */
function settleAsked(entry: HostEntry, report: Report): void {
  const { asked } = entry;
  if (!asked) return;
  const isAnswered = (id: number) =>
    report.answers.has(id) && isSameHandOut(report.asked?.handed(id), asked.handed(id));
  const detailsDone = report.detailsComplete && report.asked?.detailsAtMs === asked.detailsAtMs;
  const labelsDone = report.labelsComplete && report.asked?.labels === asked.labels;
  entry.asked = asked.without(isAnswered, detailsDone, labelsDone);
}

export function parseReport(options: WriteOptions, entry: HostEntry, body: Json): Report {
  const nowMs = options.nowMs();
  const report: Report = {
    hostId: entry.hostId,
    receivedAtMs: nowMs,
    answers: new Map(),
    asked: entry.asked,
    labels: new Map(),
    labelsComplete: false,
    details: undefined,
    detailsComplete: false,
  };
  const queries = isObject(body.queries) ? body.queries : {};
  const statuses = isObject(body.statuses) ? body.statuses : {};
  const messages = isObject(body.messages) ? body.messages : {};
  const detailsSeen = new Set<string>();
  for (const name of namesOf(queries, statuses)) {
    const status = statusOf(statuses[name]);
    if (status === undefined) {
      options.metrics.agentInputs.inc({ reason: "bad_status" });
      continue;
    }
    if (name.startsWith(POLICY_PREFIX)) {
      const policyId = idOf(name, POLICY_PREFIX);
      if (policyId === undefined) options.metrics.agentInputs.inc({ reason: "unknown_query" });
      else {
        const rowCount = status === 0 ? rowCountOf(queries[name]) : 0;
        const message = status === 0 ? "" : messageOf(messages[name]) || "osquery gave no reason";
        report.answers.set(policyId, { status, rowCount, message });
      }
    } else if (name.startsWith(LABEL_PREFIX)) {
      const labelId = idOf(name, LABEL_PREFIX);
      if (labelId === undefined) options.metrics.agentInputs.inc({ reason: "unknown_query" });
      else report.labels.set(labelId, status === 0 ? rowCountOf(queries[name]) > 0 : null);
    } else if (name.startsWith(DETAIL_PREFIX)) {
      const detail = name.slice(DETAIL_PREFIX.length);
      detailsSeen.add(detail);
      report.details ??= { vitals: {} };
      if (status === 0) ingestDetail(report.details, detail, rowsOf(queries[name]), nowMs);
    } else if (!name.startsWith(LIVE_PREFIX)) {
      options.metrics.agentInputs.inc({ reason: "unknown_query" });
    }
  }
  options.costs.take(options.knowledge().plans.snapshot, report, body.stats, policyName);
  const plan = options.knowledge().plans.of(entry);
  report.detailsComplete = report.details !== undefined && hasAll(detailsSeen, plan.details.names);
  report.labelsComplete = report.labels.size > 0 && hasAll(report.labels, plan.labels.revisions);
  return report;
}

/** Every name that has a result: osquery tells of some in one of the two alone. */
function namesOf(queries: Json, statuses: Json): string[] {
  const names = Object.keys(queries);
  for (const name of Object.keys(statuses)) if (!Object.hasOwn(queries, name)) names.push(name);
  return names.slice(0, RESULTS_MAX);
}

const policyName = (policyId: number) => `${POLICY_PREFIX}${policyId}`;

function idOf(name: string, prefix: string): number | undefined {
  const digits = name.slice(prefix.length);
  return /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : undefined;
}

function hasAll<K>(
  seen: { has: (key: K) => boolean },
  wanted: { keys: () => Iterable<K> },
): boolean {
  for (const key of wanted.keys()) if (!seen.has(key)) return false;
  return true;
}
