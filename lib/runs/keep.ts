import { databaseNow, type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { HostChange } from "#lib/agent/host-change.ts";
import { writeFinished } from "#lib/agent/report-commit.ts";
import { authorize, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, notFound } from "#lib/errors.ts";
import { readCard } from "#lib/membership/card.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import { type AnsweredPolicy, courtOf, holdBench } from "#lib/membership/judge.ts";
import { lockHosts } from "#lib/membership/sql.ts";
import { requireRun } from "./runs.ts";
import { type KeptAnswer, type RunRow, selectKeptAnswers, selectPolicyQuery } from "./sql.ts";

/** Hosts per transaction: agents' reports of the same hosts wait for it. */
const HOSTS_PER_STEP = 250;
/** Answers are kept with the time of their asking; later than this they tell of another day. */
const KEPT_WITHIN_MS = 3_600_000;

export interface Kept {
  kept: number;
  skipped: number;
}

/**
 * Makes what hosts answered in a run their answers to a policy whose SQL is exactly what was run: the
 * save is later than the answers, and says nothing new. They are taken as agents' reports are, under
 * the host's lock: of a host out of scope none counts, and one with a newer answer has that. In
 * bounded steps: done half and again, it ends the same.
 */
export async function keepRun(viewer: Viewer, runId: number, policyId: number): Promise<Kept> {
  teamScope(viewer, "query:run");
  const policy = await selectPolicyQuery(database(), policyId);
  if (!policy) throw notFound(`Policy ${policyId}`);
  authorize(viewer, "policy:write", policy);
  const run = await requireRun(viewer, runId);
  requireFitting(run);
  const total: Kept = { kept: 0, skipped: 0 };
  for (let afterHostId = 0; ; ) {
    const answers = await selectKeptAnswers(database(), runId, afterHostId, HOSTS_PER_STEP);
    const last = answers.at(-1);
    if (!last) return total;
    const kept = await transaction(database(), (tx) =>
      keepStep(tx, viewer, run, policyId, answers),
    );
    total.kept += kept;
    total.skipped += answers.length - kept;
    afterHostId = last.hostId;
  }
}

function requireFitting(run: RunRow): void {
  if (run.kind !== "policy") {
    throw conflict("This run asked for rows and not for pass or fail: run the query as a policy.");
  }
  if (run.readAt.getTime() - run.createdAt.getTime() > KEPT_WITHIN_MS) {
    throw conflict("This run is more than an hour old: run the query again.");
  }
}

/** How many of the answers are the hosts' own now. */
async function keepStep(
  tx: Transaction,
  viewer: Viewer,
  run: RunRow,
  policyId: number,
  answers: readonly KeptAnswer[],
): Promise<number> {
  const bench = await holdBench(tx);
  const policy = bench.policies.find(({ id }) => id === policyId);
  const saved = await selectPolicyQuery(tx, policyId);
  if (!policy || !saved) throw notFound(`Policy ${policyId}`);
  if (saved.query !== run.query) {
    throw conflict("The policy's SQL is not what was run: its hosts are asked anew.");
  }
  const court = courtOf(bench);
  const at = await databaseNow(tx);
  const changes = new MembershipChanges();
  const byHost = new Map(answers.map((answer) => [answer.hostId, answer]));
  const locked = await lockHosts(tx, [...byHost.keys()]);
  const finished = locked.flatMap((host) => {
    const answer = byHost.get(host.hostId);
    const change = answer && taken(new HostChange(host, court, changes), policy, answer);
    return change ? [{ ...change.finish(at), change }] : [];
  });
  await writeFinished(tx, finished, changes, at);
  const isKept = (card: Buffer, askedAtMs: number) =>
    readCard(card).get(policyId)?.evaluatedAtMs === askedAtMs;
  const kept = finished.filter(({ change, update }) => {
    const askedAt = byHost.get(change.host.hostId)?.askedAt;
    return askedAt && isKept(update.card, askedAt.getTime());
  }).length;
  if (kept > 0) await recordKept(tx, viewer, run, { ...saved, id: policyId }, kept);
  return kept;
}

/** Of each step its own, for a later one may fail. */
function recordKept(
  tx: Transaction,
  viewer: Viewer,
  run: RunRow,
  policy: { id: number; name: string; teamId: number | null },
  kept: number,
): Promise<void> {
  return recordActivity(tx, viewer, {
    type: "kept_run",
    teamId: policy.teamId,
    details: {
      run_id: run.id,
      policy_id: policy.id,
      policy_name: policy.name,
      team_id: policy.teamId,
      hosts_count: kept,
    },
  });
}

/** The host with the answer, as if it came in a report; undefined when it does not count. */
function taken(
  change: HostChange,
  policy: AnsweredPolicy,
  { askedAt, state, rowCount, error }: KeptAnswer,
): HostChange | undefined {
  const answer = { status: state === "error" ? 1 : 0, rowCount, message: error ?? "" };
  const report = {
    receivedAtMs: askedAt.getTime(),
    answers: new Map([[policy.id, answer]]),
    asked: undefined,
  };
  return change.takeAnswers(report, policy.queryRevision) === 0 ? change : undefined;
}
