import { databaseNow } from "#db/client.ts";
import { readHistoryLimits, retentionLimit } from "#lib/history/limits.ts";
import {
  deleteChangesOfRevisions,
  deleteCostsOfGone,
  deleteEndedVersions,
  deleteFollowedChanges,
  deleteHostHistory,
  selectChangedPolicyIds,
  selectForgottenHosts,
  selectOldestRevision,
  VERSIONS,
} from "./history-sql.ts";
import type { Job, JobContext } from "./job.ts";

const ROWS_PER_STEP = 1_000;
/** Whose changes are looked for under every policy. */
const HOSTS_PER_STEP = 20;
/** Of what runs cost, each with a row for each bucket of two metrics at most. */
const REVISIONS_PER_STEP = 20;
/** A backlog of more than this goes on at the next run: no job may take the worker for long. */
const STEPS_MAX = 1_000;

/**
 * Deletes history from before the limit that the settings set. "As of" stays right at the limit and
 * after it, because it takes a pair's change with the highest id of those up to a moment, and
 * what is deleted is never that one: it was followed by another before the limit, or was to SQL, or
 * of a host or policy, that was gone by then.
 *
 * Rejected: deleting all that is older and working back from the present rows. They say nothing of
 * an answer to SQL that was edited since, nor of hosts and policies that were deleted since.
 */
export function forgetHistory(): Job {
  return {
    name: "forget history",
    everySeconds: 3_600,
    run: async (context) => {
      const { db } = context;
      const { days } = await readHistoryLimits(db);
      const limitAt = retentionLimit({ now: await databaseNow(db), days });
      const steps = new Steps(context);
      const policyIds = await selectChangedPolicyIds(db);
      for (const policyId of policyIds) await forgetChanges(context, steps, policyId, limitAt);
      await steps.untilNone("hosts that are gone", () => forgetHosts(context, policyIds, limitAt));
      for (const table of VERSIONS) {
        await steps.untilNone(table, () => deleteEndedVersions(db, table, limitAt, ROWS_PER_STEP));
      }
      await steps.untilNone("costs", () => deleteCostsOfGone(db, REVISIONS_PER_STEP));
    },
  };
}

/** So many steps a run, whatever they do. */
class Steps {
  private left = STEPS_MAX;
  private readonly context: JobContext;

  constructor(context: JobContext) {
    this.context = context;
  }

  async untilNone(what: string, deleteSome: () => Promise<number>): Promise<void> {
    let rows = 0;
    while (this.left > 0 && !this.context.isOver()) {
      const gone = await deleteSome();
      if (gone === 0) break;
      rows += gone;
      this.left--;
    }
    if (rows > 0) this.context.log.info({ what, rows }, "history forgotten");
  }
}

async function forgetChanges({ db }: JobContext, steps: Steps, policyId: number, limitAt: Date) {
  const oldest = await selectOldestRevision(db, policyId, limitAt);
  await steps.untilNone(`changes of policy ${policyId} to SQL of before`, () =>
    deleteChangesOfRevisions(db, policyId, oldest, limitAt, ROWS_PER_STEP),
  );
  await steps.untilNone(`changes of policy ${policyId}`, () =>
    deleteFollowedChanges(db, policyId, limitAt, ROWS_PER_STEP),
  );
}

async function forgetHosts({ db }: JobContext, policyIds: readonly number[], limitAt: Date) {
  const hostIds = await selectForgottenHosts(db, limitAt, HOSTS_PER_STEP);
  return hostIds.length === 0 ? 0 : deleteHostHistory(db, hostIds, policyIds, ROWS_PER_STEP);
}
