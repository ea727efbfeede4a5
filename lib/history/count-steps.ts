/** The worker writes counts this often, at whole multiples of it. */
export const COUNT_STEP_MS = 15 * 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Older rows are thinned out to one an hour, */
const ALL_FOR_MS = 2 * DAY_MS;
/** and then to one a day. */
const HOURLY_FOR_MS = 60 * DAY_MS;

export const RANGES = {
  day: { spanMs: DAY_MS, stepMs: COUNT_STEP_MS },
  week: { spanMs: 7 * DAY_MS, stepMs: HOUR_MS },
  month: { spanMs: 30 * DAY_MS, stepMs: 6 * HOUR_MS },
  year: { spanMs: 365 * DAY_MS, stepMs: DAY_MS },
} as const;
export type Range = keyof typeof RANGES;
export const RANGE_NAMES = Object.keys(RANGES) as [Range, ...Range[]];

/** The first moment of each step, of those there are: one missing row tears no hole. */
export function firstOfSteps(moments: readonly Date[], stepMs: number): Date[] {
  const first = new Map<number, Date>();
  for (const at of [...moments].sort((a, b) => a.getTime() - b.getTime())) {
    const step = Math.floor(at.getTime() / stepMs);
    if (!first.has(step)) first.set(step, at);
  }
  return [...first.values()];
}

/** Which of the moments may go at `now`: what is thinned out, and what is older than the history. */
export function momentsToForget(moments: readonly Date[], now: Date, days: number): Date[] {
  const ageMs = (at: Date) => now.getTime() - at.getTime();
  const hourly = moments.filter((at) => ageMs(at) > ALL_FOR_MS && ageMs(at) <= HOURLY_FOR_MS);
  const daily = moments.filter((at) => ageMs(at) > HOURLY_FOR_MS && ageMs(at) <= days * DAY_MS);
  const kept = new Set([...firstOfSteps(hourly, HOUR_MS), ...firstOfSteps(daily, DAY_MS)]);
  return moments.filter((at) => ageMs(at) > ALL_FOR_MS && !kept.has(at));
}
