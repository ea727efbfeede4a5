import { databaseNow, type Transaction, transaction } from "#db/client.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import { HostAnswers } from "#lib/membership/host-answers.ts";
import { courtOf, holdBench } from "#lib/membership/judge.ts";
import { lockHosts } from "#lib/membership/sql.ts";
import { writeHosts } from "#lib/membership/write-hosts.ts";
import type { Job } from "./job.ts";
import { selectExpiredHosts, settleExpiredExemptions } from "./sql.ts";

const HOSTS_PER_STEP = 200;

/**
 * Turns answers stale when nobody confirmed them in time, and ends exemptions at theirs. Time passing
 * is an event like any other: it moves counts, writes history and changes verdicts, in one transaction.
 */
export function expireAnswers(): Job {
  return {
    name: "expire answers",
    everySeconds: 5,
    run: async ({ db, isOver }) => {
      while (!isOver()) {
        const hostIds = await selectExpiredHosts(db, HOSTS_PER_STEP);
        if (hostIds.length === 0) return settleExpiredExemptions(db);
        await transaction(db, (tx) => expireStep(tx, hostIds));
      }
    },
  };
}

async function expireStep(tx: Transaction, hostIds: number[]): Promise<void> {
  const court = courtOf(await holdBench(tx, hostIds));
  // The clock that chose these hosts: by a slower one they would be chosen again and again.
  const at = await databaseNow(tx);
  const changes = new MembershipChanges();
  const locked = await lockHosts(tx, hostIds);
  const finished = locked.map((row) => {
    const host = new HostAnswers(row, court, changes);
    host.expire(at);
    return host.finish(at);
  });
  await writeHosts(tx, finished, changes, at);
}
