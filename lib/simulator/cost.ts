import { createRandom } from "./random.ts";

export interface QueryCost {
  wallMs: number;
  memoryBytes: number;
}

const BYTES_PER_MS = 40_000;
/** One host in so many is slow: an old disk, a busy machine. */
const SLOW_EVERY = 12;
const SLOW_FACTOR = 6;

/**
 * What running a query would cost a real machine. The simulator's own tables are in memory and cost
 * next to nothing, so it is made up, and the same each time: from 3 to 90 ms by the SQL's text, and by
 * the host half to twice as much, more on a slow one.
 */
export function costOf(hostUuid: string, sql: string): QueryCost {
  const ofQuery = 3 * 30 ** createRandom(sql).next();
  const isSlow = createRandom(hostUuid).integer(1, SLOW_EVERY) === 1;
  const ofHost = 0.5 * 4 ** createRandom(`${hostUuid} ${sql}`).next() * (isSlow ? SLOW_FACTOR : 1);
  const wallMs = Math.round(ofQuery * ofHost);
  return { wallMs, memoryBytes: 200_000 + wallMs * BYTES_PER_MS };
}
