import type { Job } from "./job.ts";
import { CLEAN_UPS } from "./sql.ts";

const ROWS_PER_STEP = 1_000;
/** A backlog of more than this goes on at the next run: no job may take the worker for long. */
const STEPS_MAX = 500;

/** Removes what nobody can see any more, in steps that hold few locks. */
export function cleanUp(): Job {
  return {
    name: "clean up",
    everySeconds: 300,
    run: async ({ db, log, isOver }) => {
      for (const [what, deleteSome] of Object.entries(CLEAN_UPS)) {
        let rows = 0;
        for (let step = 0; step < STEPS_MAX && !isOver(); step++) {
          const gone = await deleteSome(db, ROWS_PER_STEP);
          rows += gone;
          if (gone === 0) break;
        }
        if (rows > 0) log.info({ what, rows }, "cleaned up");
      }
    },
  };
}
