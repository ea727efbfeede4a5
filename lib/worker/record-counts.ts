import { databaseNow } from "#db/client.ts";
import { COUNT_STEP_MS, momentsToForget } from "#lib/history/count-steps.ts";
import {
  deleteCountsAt,
  insertPolicyCounts,
  selectCountedMoments,
} from "#lib/history/counts-sql.ts";
import { readHistoryLimits } from "#lib/history/limits.ts";
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
      const { days } = await readHistoryLimits(db);
      const gone = momentsToForget(await selectCountedMoments(db), now, days);
      for (let step = 0; gone.length > 0 && step < STEPS_MAX && !isOver(); step++) {
        if ((await deleteCountsAt(db, gone, ROWS_PER_STEP)) === 0) break;
      }
      thinnedMs = stepMs;
    },
  };
}
