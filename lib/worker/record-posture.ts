import { databaseNow } from "#db/client.ts";
import type { Metrics } from "#lib/metrics.ts";
import type { Job } from "./job.ts";
import { insertPosture, type Posture, selectPosture } from "./sql.ts";

/** 300 steps a day; a chart of 90 days is thinned out when it is read. */
const STEP_SECONDS = 300;

/** Writes down how the fleet stands, per team, for the chart over time. */
export function recordPosture(): Job {
  return {
    name: "record posture",
    everySeconds: 60,
    // Several a step are one: the moment is the key, rounded to the step.
    run: async ({ db, metrics }) => {
      const at = new Date(stepOf((await databaseNow(db)).getTime()));
      await insertPosture(db, at);
      showPosture(metrics, await selectPosture(db, at));
    },
  };
}

/** By the lease's holder alone, from the rows just written: counting hosts at each scrape of each process would cost more than it says. */
function showPosture({ hosts, verdicts }: Metrics, posture: Posture): void {
  hosts.set({ status: "online" }, posture.online);
  hosts.set({ status: "offline" }, posture.hosts - posture.online);
  verdicts.set({ verdict: "pass" }, posture.passing);
  verdicts.set({ verdict: "fail" }, posture.failing);
  verdicts.set({ verdict: "unknown" }, posture.hosts - posture.passing - posture.failing);
}

const stepOf = (ms: number) => Math.floor(ms / (STEP_SECONDS * 1000)) * STEP_SECONDS * 1000;
