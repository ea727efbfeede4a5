/** The worker writes a row per team this often, at whole multiples of it. */
export const ROW_SECONDS = 300;
/** More than a chart has pixels to show apart. */
export const POINTS_MAX = 200;

/** Steps that divide a day, so that points keep their hour from one day to the next. */
const STEPS_SECONDS = [300, 600, 900, 1800, 3600, 7200, 10_800, 14_400, 21_600, 43_200];
/** One missing row must not tear a hole of hours: the next rows of the step will do. */
const TRIES_PER_STEP = 3;

export interface Step {
  at: Date;
  /** When a row may stand for this step, best first. */
  candidates: Date[];
}

/** Up to 200 evenly spaced moments that cover [from, to]. */
export function stepsBetween(from: Date, to: Date): { stepSeconds: number; steps: Step[] } {
  const spanSeconds = Math.max(0, (to.getTime() - from.getTime()) / 1000);
  const fits = (seconds: number) => Math.floor(spanSeconds / seconds) + 2 <= POINTS_MAX;
  const stepSeconds = STEPS_SECONDS.find(fits) ?? Math.ceil(spanSeconds / (POINTS_MAX - 2));
  const stepMs = stepSeconds * 1000;
  const steps: Step[] = [];
  const first = Math.ceil(from.getTime() / stepMs) * stepMs;
  for (let at = first; at <= to.getTime(); at += stepMs) steps.push(stepAt(at, stepSeconds));
  return { stepSeconds, steps };
}

function stepAt(atMs: number, stepSeconds: number): Step {
  const tries = Math.min(TRIES_PER_STEP, Math.floor(stepSeconds / ROW_SECONDS));
  const candidates = Array.from(
    { length: tries },
    (_, index) => new Date(atMs + index * ROW_SECONDS * 1000),
  );
  return { at: new Date(atMs), candidates };
}
