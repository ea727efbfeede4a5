import { databaseNow, type Transaction } from "#db/client.ts";
import { MembershipChanges } from "#lib/membership/changes.ts";
import { HostAnswers } from "#lib/membership/host-answers.ts";
import { courtOf, holdBench } from "#lib/membership/judge.ts";
import { lockHosts } from "#lib/membership/sql.ts";
import { writeHosts } from "#lib/membership/write-hosts.ts";

/**
 * Has the rows and counts of one host say at once whether it is exempt. Hosts of labels and teams,
 * of which there may be many, follow by the worker within seconds; verdicts are computed as they are
 * read, and need neither.
 */
export async function settleExemption(
  tx: Transaction,
  { hostId }: { hostId: number | null },
): Promise<void> {
  if (hostId === null) return;
  const court = courtOf(await holdBench(tx, [hostId]));
  const at = await databaseNow(tx);
  const changes = new MembershipChanges();
  const hosts = await lockHosts(tx, [hostId]);
  const finished = hosts.map((host) => new HostAnswers(host, court, changes).finish(at));
  await writeHosts(tx, finished, changes, at);
}
