/** `at` is an ISO time; each series' number is under its key, or null for a gap. */
export type TimePoint = { at: string } & Record<string, string | number | null>;

/** Points further apart than so many usual distances have some missing between. */
const DISTANCES_MAX = 2;

/** Where points lie on an axis of time. Where some are missing a point of nothing ends what is drawn. */
export function onAxis(points: readonly TimePoint[]): (TimePoint | { ms: number })[] {
  const drawn = points.map((point) => ({ ...point, ms: Date.parse(point.at) }));
  const distances = drawn.slice(1).map(({ ms }, index) => ms - (drawn[index]?.ms ?? ms));
  const usual = distances.toSorted((a, b) => a - b)[Math.floor(distances.length / 2)] ?? 0;
  return drawn.flatMap((point, index) => {
    const distance = distances[index] ?? 0;
    return distance > DISTANCES_MAX * usual ? [point, { ms: point.ms + distance / 2 }] : [point];
  });
}
