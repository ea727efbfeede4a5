import type { Job, JobContext } from "./job.ts";
import { CLEAN_UPS, type CleanUp } from "./sql.ts";

type CleanUps = Record<string, CleanUp>;

const ROWS_PER_STEP = 1_000;
/** A backlog of more than this goes on at the next run: no job may take the worker for long. */
const STEPS_MAX = 500;

/**
 * Removes what nobody can see any more, in steps that hold few locks. What fails to go keeps
 * nothing else from going; the job then fails as a whole, once all have had their turn.
 */
export function cleanUp(cleanUps: CleanUps = CLEAN_UPS): Job {
  return {
    name: "clean up",
    everySeconds: 300,
    run: async (context) => {
      const failures = new Map<string, unknown>();
      for (const [what, deleteSome] of Object.entries(cleanUps)) {
        try {
          await cleanUpOne(context, what, deleteSome);
        } catch (error) {
          failures.set(what, error);
        }
      }
      if (failures.size === 0) return;
      const names = [...failures.keys()].join(", ");
      throw new AggregateError(failures.values(), `cannot clean up ${names}`);
    },
  };
}

async function cleanUpOne(
  { db, log, isOver }: JobContext,
  what: string,
  deleteSome: CleanUp,
): Promise<void> {
  let rows = 0;
  for (let step = 0; step < STEPS_MAX && !isOver(); step++) {
    const gone = await deleteSome(db, ROWS_PER_STEP);
    rows += gone;
    if (gone === 0) break;
  }
  if (rows > 0) log.info({ what, rows }, "cleaned up");
}
