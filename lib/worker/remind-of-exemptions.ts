import { remindOfEnds } from "#lib/exemptions/remind.ts";
import type { Job } from "./job.ts";

/** Tells in the activity feed which exemptions end soon. */
export function remindOfExemptions(): Job {
  return {
    name: "remind of exemptions",
    everySeconds: 60,
    run: async ({ db, isOver }) => {
      while (!isOver() && (await remindOfEnds(db)) > 0);
    },
  };
}
