import { databaseNow, type Transaction } from "#db/client.ts";
import { MembershipChanges } from "./changes.ts";
import { HostAnswers } from "./host-answers.ts";
import { courtOf, holdBench } from "./judge.ts";
import { lockHosts } from "./sql.ts";
import { inSteps, writeHosts } from "./write-hosts.ts";

/**
 * Brings rows, counts and verdicts of hosts up to date with exemptions that this transaction began or
 * ended. For a host or a few: of the members of a label or a team the worker takes care. Takes the locks of
 * policies and hosts.
 */
export function settleHosts(tx: Transaction, hostIds: readonly number[]): Promise<void> {
  return changeHosts(tx, hostIds, () => undefined);
}

/** Locks hosts, changes them and writes what follows. Ids that are gone are passed over. */
export async function changeHosts(
  tx: Transaction,
  hostIds: readonly number[],
  change: (host: HostAnswers, at: Date) => void,
): Promise<void> {
  for (const step of inSteps(hostIds)) {
    const court = courtOf(await holdBench(tx, step));
    const at = await databaseNow(tx);
    const changes = new MembershipChanges();
    const locked = await lockHosts(tx, step);
    const finished = locked.map((row) => {
      const host = new HostAnswers(row, court, changes);
      change(host, at);
      return host.finish(at);
    });
    await writeHosts(tx, finished, changes, at);
  }
}
