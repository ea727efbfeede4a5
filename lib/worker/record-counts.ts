import { type Database, databaseNow } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { COUNT_STEP_MS, momentsToForget } from "#lib/history/count-steps.ts";
import {
  deleteCountsAt,
  insertPolicyCounts,
  selectCountedMoments,
  updatePending,
} from "#lib/history/counts-sql.ts";
import { readHistoryLimits } from "#lib/history/limits.ts";
import { sizeOf } from "#lib/host-set.ts";
import { labelIdsOf, readLabelSets } from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import { notOut } from "#lib/policies/asked.ts";
import { selectHostGroupSets } from "#lib/policies/sql.ts";
import { selectLabelledPolicies } from "./history-sql.ts";
import type { Job } from "./job.ts";

const ROWS_PER_STEP = 1_000;
const STEPS_MAX = 500;

/** Writes down every policy's counts, per team, for the chart over time; and thins out what is old. */
export function recordCounts(): Job {
  let thinnedMs = 0;
  return {
    name: "record counts",
    everySeconds: 60,
    // Several a step are one: the moment is the key, rounded to the step.
    run: async ({ db, isOver }) => {
      const now = await databaseNow(db);
      const stepMs = Math.floor(now.getTime() / COUNT_STEP_MS) * COUNT_STEP_MS;
      if (stepMs === thinnedMs) return;
      await insertPolicyCounts(db, new Date(stepMs));
      await countPendingByLabels(db, new Date(stepMs));
      const { days } = await readHistoryLimits(db);
      const gone = momentsToForget(await selectCountedMoments(db), now, days);
      for (let step = 0; gone.length > 0 && step < STEPS_MAX && !isOver(); step++) {
        if ((await deleteCountsAt(db, gone, ROWS_PER_STEP)) === 0) break;
      }
      thinnedMs = stepMs;
    },
  };
}

/** Who is pending where labels decide: those that they leave in, less who answered. */
async function countPendingByLabels(db: Database, at: Date): Promise<void> {
  const policies = await selectLabelledPolicies(db);
  const labelIds = [...new Set(policies.flatMap(({ labelScope }) => labelIdsOf(labelScope)))];
  if (labelIds.length === 0) return;
  const groups = await selectHostGroupSets(db, teamScope(SYSTEM, "policy:read"));
  const sets = await readLabelSets(db, await selectLabelsById(db, labelIds));
  const teamIds = [...new Set(groups.map((group) => group.teamId ?? 0))];
  for (const policy of policies) {
    const asked = teamIds.map((teamId) => {
      const ofTeam = groups.filter((group) => (group.teamId ?? 0) === teamId);
      return { teamId, hosts: sizeOf(notOut(policy, ofTeam, sets)) };
    });
    await updatePending(db, policy.id, at, asked);
  }
}
