import { type Database, databaseNow, transaction } from "#db/client.ts";
import { changeHosts } from "#lib/membership/settle-hosts.ts";
import { raiseRevision } from "#lib/revisions.ts";
import type { Job } from "./job.ts";
import {
  mendPolicyTimes,
  mendSeenTimes,
  mendTombstones,
  selectHostsFromFuture,
  selectPoliciesFromFuture,
} from "./mend-sql.ts";

const HOSTS_PER_STEP = 500;

/**
 * After the database's clock was ahead and came back, takes back times that have not come yet: until
 * they did, answers would not grow old, a refetch would never be done, and hosts that are gone would
 * be in contact. What else such a time may say, that a host entered a policy's scope, only makes its answers
 * count later, and so opens no gate.
 */
export function mendTimes(): Job {
  // Unknown to a new holder of the lease, who therefore looks once.
  let newestMs = Number.POSITIVE_INFINITY;
  return {
    name: "mend times",
    everySeconds: 5,
    run: async ({ db, log, isOver }) => {
      const now = await databaseNow(db);
      // Hosts that were in contact and told nothing have no other time that would say so.
      const cameBack = now.getTime() < newestMs;
      newestMs = now.getTime();
      const policyIds = await selectPoliciesFromFuture(db);
      if (policyIds.length > 0) await mendPolicies(db, policyIds);
      let hosts = 0;
      while (!isOver()) {
        const hostIds = await selectHostsFromFuture(db, HOSTS_PER_STEP);
        if (hostIds.length === 0) break;
        await transaction(db, async (tx) => {
          await changeHosts(tx, hostIds, (host, at) => host.mendTimes(at));
          await mendTombstones(tx, hostIds);
        });
        hosts += hostIds.length;
      }
      if (hosts > 0 || cameBack) await mendSeenTimes(db, now);
      if (hosts === 0) return;
      log.warn(
        { hosts },
        "the database's clock was ahead: times that have not come yet are mended",
      );
    },
  };
}

const mendPolicies = (db: Database, policyIds: readonly number[]) =>
  transaction(db, async (tx) => {
    await raiseRevision(tx, "policies");
    await mendPolicyTimes(tx, policyIds);
  });
