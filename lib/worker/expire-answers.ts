import { databaseNow, type Transaction, transaction } from "#db/client.ts";
import { readCard, writeCard } from "#lib/membership/card.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import { holdBench } from "#lib/membership/judge.ts";
import { cardDeadline, unchanged, writeVerdicts } from "#lib/membership/membership.ts";
import { entryCounts, policyApplies } from "#lib/membership/scope.ts";
import { type CardUpdate, type LockedHost, lockHosts, updateCards } from "#lib/membership/sql.ts";
import { stateAt } from "#lib/membership/status.ts";
import { type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import type { Job } from "./job.ts";
import { selectExpiredHosts, updateStale } from "./sql.ts";

const HOSTS_PER_STEP = 200;

/**
 * Turns answers stale when nobody confirmed them in time. Time passing is an event like any other:
 * it moves counts, writes history and changes verdicts, in one transaction.
 */
export function expireAnswers(): Job {
  return {
    name: "expire answers",
    everySeconds: 5,
    run: async ({ db, isOver }) => {
      while (!isOver()) {
        const hostIds = await selectExpiredHosts(db, HOSTS_PER_STEP);
        if (hostIds.length === 0) return;
        await transaction(db, (tx) => expireStep(tx, hostIds));
      }
    },
  };
}

async function expireStep(tx: Transaction, hostIds: number[]): Promise<void> {
  const bench = await holdBench(tx);
  // The clock that chose these hosts: by a slower one they would be chosen again and again.
  const at = await databaseNow(tx);
  const changes = new MembershipChanges();
  const expired: { hostId: number; policyId: number }[] = [];
  const updates: CardUpdate[] = [];
  const judged: { host: LockedHost; standing: HostStanding }[] = [];
  for (const host of await lockHosts(tx, hostIds)) {
    const card = readCard(host.card);
    for (const policy of bench.policies) {
      const entry = card.get(policy.id);
      if (!entry || entry.state === "stale" || !policyApplies(policy, host)) continue;
      if (!entryCounts(entry, policy, host)) continue;
      if (stateAt(entry, policy.intervalSeconds, at.getTime()) !== "stale") continue;
      const key = { hostId: host.hostId, policyId: policy.id, revision: policy.revision };
      const fromState = entry.state;
      changes.move({ ...key, fromState, toState: "stale", error: null, at }, host.teamId);
      expired.push(key);
      card.set(policy.id, { ...entry, state: "stale" });
    }
    const deadlineAt = cardDeadline(bench.policies, host, card);
    updates.push({ ...unchanged(host), card: writeCard(card), deadlineAt });
    judged.push({
      host,
      standing: judgeHost(bench.policies, host, card, bench.gate, at.getTime()),
    });
  }
  await updateStale(tx, expired, at);
  await updateCards(tx, updates);
  await writeVerdicts(tx, judged);
  await changes.write(tx, at);
}
