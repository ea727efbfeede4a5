import { type Database, type Transaction, transaction } from "#db/client.ts";
import { isOutage } from "#db/outage.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { GroupCommit } from "./group-commit.ts";
import { answerBytesMax, firstRows, type LiveAnswer } from "./live-answer.ts";
import { mayAsk } from "./live-rights.ts";
import {
  type AnswerRow,
  type AskedHost,
  countAsking,
  lockUnanswered,
  selectStillOpen,
  selectTakingRuns,
  selectTeamsOfHosts,
  type TakingRun,
  upsertAnswers,
} from "./live-sql.ts";

/**
 * A host that asks again has lost the answer or never began: a crash, a restart, a killed query. By
 * then it gets the query again, but only so often: one that kills osquery must not go on killing it.
 */
export const ASK_AGAIN_AFTER_MS = 60_000;
const ASKINGS_MAX = 3;

const HOSTS_PER_COMMIT = 250;
const HOSTS_WAITING_MAX = 5_000;
/** Answers of a live query may have 256 KB each: fewer at a time, and fewer in memory. */
const ANSWERS_PER_COMMIT = 50;
const ANSWERS_WAITING_MAX = 400;
/** Bytes of rows in a statement; the database takes packets of 16 MiB. */
const STATEMENT_BYTES_MAX = 4 * 1024 * 1024;
/** hand out: now. later: another server did, lately. never: answered, stopped or tried too often. */
export type Grant = "hand out" | "later" | "never";

export interface Claim {
  hostId: number;
  runIds: readonly number[];
  /** By run, once the claim is committed. */
  grants: Map<number, Grant>;
}

export interface LiveReport {
  hostId: number;
  answers: readonly LiveAnswer[];
}

/** Ids of hosts by run, both in order: one order for all who lock. */
function hostsByRun<T extends { hostId: number }>(
  items: readonly T[],
  runIdsOf: (item: T) => readonly number[],
): [runId: number, hostIds: number[]][] {
  const byRun = new Map<number, Set<number>>();
  for (const item of items) {
    for (const runId of runIdsOf(item)) {
      byRun.set(runId, (byRun.get(runId) ?? new Set()).add(item.hostId));
    }
  }
  return [...byRun]
    .sort(([a], [b]) => a - b)
    .map(([runId, hosts]) => [runId, [...hosts].sort((a, b) => a - b)]);
}

/**
 * Writes down who is handed which run before they hear it, so that all servers together hand it out
 * no more often than it may be, and what is kept of an answer is as old as its asking.
 */
export function claimBuffer(db: Database, metrics: Metrics, log: Log): GroupCommit<Claim> {
  return new GroupCommit<Claim>({
    name: "live queries",
    batchMax: HOSTS_PER_COMMIT,
    waitingMax: HOSTS_WAITING_MAX,
    metrics,
    log,
    isOutage,
    commit: (claims) => transaction(db, (tx) => grantClaims(tx, claims)),
  });
}

async function grantClaims(tx: Transaction, claims: readonly Claim[]): Promise<void> {
  const byRun = hostsByRun(claims, ({ runIds }) => runIds);
  const runIds = byRun.map(([runId]) => runId);
  const authors = await selectStillOpen(tx, runIds);
  const hostIds = [...new Set(claims.map(({ hostId }) => hostId))];
  const teams = await selectTeamsOfHosts(tx, hostIds);
  for (const [runId, wanted] of byRun) {
    const own = authors.filter(({ id }) => id === runId);
    // A host that moved out of the author's teams since the run began is not asked.
    const asked = wanted.filter((hostId) => mayAsk(own, teams.get(hostId)));
    const unanswered = asked.length > 0 ? await lockUnanswered(tx, runId, asked) : [];
    const grants = new Map(unanswered.map((host) => [host.hostId, grantOf(host)]));
    const granted = [...grants].flatMap(([hostId, grant]) => (grant === "hand out" ? hostId : []));
    if (granted.length > 0) await countAsking(tx, runId, granted);
    for (const claim of claims) {
      if (claim.runIds.includes(runId)) {
        claim.grants.set(runId, grants.get(claim.hostId) ?? "never");
      }
    }
  }
}

/** The first asking's time and their number say enough: this process spaces its own. */
function grantOf({ askedTimes, askedAgoMs }: AskedHost): Grant {
  if (askedTimes >= ASKINGS_MAX) return "never";
  const mayAgain = (askedAgoMs ?? 0) >= askedTimes * ASK_AGAIN_AFTER_MS;
  return mayAgain ? "hand out" : "later";
}

/** Writes what hosts answered; the first answer of a host to a run is the one that stays. */
export function liveReportBuffer(
  db: Database,
  metrics: Metrics,
  log: Log,
): GroupCommit<LiveReport> {
  return new GroupCommit<LiveReport>({
    name: "live answers",
    batchMax: ANSWERS_PER_COMMIT,
    waitingMax: ANSWERS_WAITING_MAX,
    metrics,
    log,
    isOutage,
    commit: async (reports) => {
      const kept = await transaction(db, (tx) => takeAnswers(tx, reports));
      const given = reports.reduce((sum, report) => sum + report.answers.length, 0);
      metrics.agentInputs.inc({ reason: "late_or_unknown_run" }, given - kept);
    },
  });
}

async function takeAnswers(tx: Transaction, reports: readonly LiveReport[]): Promise<number> {
  const runIdsOf = (report: LiveReport) => report.answers.map(({ runId }) => runId);
  const byRun = hostsByRun(reports, runIdsOf);
  const runs = await selectTakingRuns(
    tx,
    byRun.map(([runId]) => runId),
  );
  const hostIds = [...new Set(reports.map(({ hostId }) => hostId))];
  const teams = await selectTeamsOfHosts(tx, hostIds);
  const rows: AnswerRow[] = [];
  for (const [runId, answering] of byRun) {
    const own = runs.filter(({ id }) => id === runId);
    // A host may have left the author's teams after it was asked.
    const allowed = answering.filter((hostId) => mayAsk(own, teams.get(hostId)));
    const [run] = own;
    if (!run || allowed.length === 0) continue;
    const unanswered = await lockUnanswered(tx, runId, allowed);
    for (const { hostId } of unanswered) {
      const report = reports.find((one) => one.hostId === hostId && runIdsOf(one).includes(runId));
      const answer = report?.answers.find((one) => one.runId === runId);
      if (answer) rows.push(answerRow(hostId, answer, run));
    }
  }
  for (const some of inPackets(rows)) await upsertAnswers(tx, some);
  return rows.length;
}

function answerRow(hostId: number, answer: LiveAnswer, run: TakingRun): AnswerRow {
  const { runId, rowCount, wallMs, memoryBytes } = answer;
  const failed = answer.status !== 0;
  return {
    runId,
    hostId,
    state: failed ? "error" : "done",
    rowCount,
    rowsJson: JSON.stringify(firstRows(answer.rows, answerBytesMax(run.hosts))),
    error: failed ? answer.message : null,
    wallMs,
    memoryBytes,
    answeredAt: run.now,
  };
}

function* inPackets(rows: readonly AnswerRow[]): Generator<AnswerRow[]> {
  let packet: AnswerRow[] = [];
  let bytes = 0;
  for (const row of rows) {
    if (packet.length > 0 && bytes + row.rowsJson.length > STATEMENT_BYTES_MAX) {
      yield packet;
      packet = [];
      bytes = 0;
    }
    packet.push(row);
    // A character takes up to three bytes, and quoting doubles some.
    bytes += row.rowsJson.length * 3;
  }
  if (packet.length > 0) yield packet;
}
