import { type Database, databaseNow, type Transaction, transaction } from "#db/client.ts";
import { readCard, writeCard } from "#lib/membership/card.ts";
import { type Bench, holdBench, readBench } from "#lib/membership/judge.ts";
import { cardDeadline, unchanged, writeVerdicts } from "#lib/membership/membership.ts";
import { type LockedHost, lockHosts, updateCards } from "#lib/membership/sql.ts";
import { judgeHost } from "#lib/membership/verdict.ts";
import { readRevision } from "#lib/revisions.ts";
import type { Job } from "./job.ts";
import { type JudgedHost, selectHostsToJudge } from "./sql.ts";

const HOSTS_PER_STEP = 500;

/**
 * After a change of policies or of the gate, brings the verdicts that lists sort and filter by, and
 * the deadlines of answers, up to date (a host's own page and attestation compute theirs). Reads every card once per change and
 * writes only verdicts that differ, so an edit of one policy rewrites few rows of 100,000.
 */
export function judgeAgain(): Job {
  let doneRevision = -1;
  return {
    name: "judge again",
    everySeconds: 1,
    run: async ({ db, isOver }) => {
      const revision = await readRevision(db, "policies");
      if (revision === doneRevision) return;
      const bench = await readBench(db);
      let afterId = 0;
      while (!isOver()) {
        const hosts = await selectHostsToJudge(db, afterId, HOSTS_PER_STEP);
        await judgeStep(db, bench, hosts);
        const last = hosts.at(-1);
        if (!last || hosts.length < HOSTS_PER_STEP) {
          doneRevision = revision;
          return;
        }
        afterId = last.hostId;
      }
    },
  };
}

async function judgeStep(db: Database, bench: Bench, hosts: JudgedHost[]): Promise<void> {
  const nowMs = (await databaseNow(db)).getTime();
  const changed = hosts.filter((host) => {
    const card = readCard(host.card);
    const standing = judgeHost(bench.policies, host, card, bench.gate, nowMs);
    return (
      host.verdict !== standing.verdict ||
      host.failingPoliciesCount !== standing.failingCount ||
      host.failingCriticalPoliciesCount !== standing.failingCriticalCount ||
      isEarlier(cardDeadline(bench.policies, host, card), host.deadlineAt)
    );
  });
  if (changed.length === 0) return;
  const ids = changed.map((host) => host.hostId);
  // Judged again under lock: an answer may have come in between.
  await transaction(db, async (tx) => {
    const held = await holdBench(tx);
    const locked = await lockHosts(tx, ids);
    const judged = locked.map((host) => {
      const card = readCard(host.card);
      return { host, standing: judgeHost(held.policies, host, card, held.gate, nowMs) };
    });
    await writeVerdicts(tx, judged);
    await writeDeadlines(tx, held, locked);
  });
}

/** A shorter interval brings deadlines forward; one that is too early does no harm. */
const isEarlier = (deadline: Date | null, stored: Date | null): boolean =>
  deadline !== null && (stored === null || deadline < stored);

async function writeDeadlines(tx: Transaction, bench: Bench, hosts: LockedHost[]): Promise<void> {
  const updates = hosts.flatMap((host) => {
    const card = readCard(host.card);
    const deadlineAt = cardDeadline(bench.policies, host, card);
    if (!isEarlier(deadlineAt, host.deadlineAt)) return [];
    return [{ ...unchanged(host), card: writeCard(card), deadlineAt }];
  });
  await updateCards(tx, updates);
}
