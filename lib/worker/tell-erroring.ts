import { plural } from "#lib/format.ts";
import type { Job } from "./job.ts";
import { type ErroringPolicy, selectErroring } from "./sql.ts";

/** Of the hosts that answered. Fewer are trouble of those hosts rather than of the SQL. */
const SHARE = 0.5;
const HOSTS_MIN = 10;
/** In a line; after a change in osquery a thousand policies may break together. */
const NAMED_MAX = 20;

/**
 * Says in the log, once for each SQL, that a policy errors on most of its hosts. Nobody is told of it
 * otherwise: the hosts are well, no verdict fails, and its author has gone home.
 */
export function tellErroring(): Job {
  const told = new Map<number, number>();
  return {
    name: "tell of erroring policies",
    everySeconds: 15,
    run: async ({ db, log, metrics }) => {
      const erroring = await selectErroring(db, SHARE, HOSTS_MIN);
      metrics.policiesErroring.set(erroring.length);
      const ids = new Set(erroring.map(({ policyId }) => policyId));
      for (const id of told.keys()) if (!ids.has(id)) told.delete(id);
      const news = erroring.filter(({ policyId, revision }) => told.get(policyId) !== revision);
      for (const { policyId, revision } of news) told.set(policyId, revision);
      if (news.length === 0) return;
      const policies = news.slice(0, NAMED_MAX).map(inWords);
      log.warn({ policies, inAll: news.length }, "policies error on most of their hosts");
    },
  };
}

const inWords = ({ policyId, name, erroring, answered }: ErroringPolicy): string =>
  `${name} (${policyId}): ${erroring} of ${plural(answered, "host")}`;
