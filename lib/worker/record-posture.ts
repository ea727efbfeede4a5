import type { Job } from "./job.ts";
import { insertPosture } from "./sql.ts";

/** 300 steps a day; a chart of 90 days is thinned out when it is read. */
const STEP_SECONDS = 300;

/** Writes down how the fleet stands, per team, for the chart over time. */
export function recordPosture(): Job {
  return {
    name: "record posture",
    everySeconds: 60,
    // Several a step are one: the moment is the key, rounded to the step.
    run: ({ db }) => insertPosture(db, new Date(stepOf(Date.now()))),
  };
}

const stepOf = (ms: number) => Math.floor(ms / (STEP_SECONDS * 1000)) * STEP_SECONDS * 1000;
