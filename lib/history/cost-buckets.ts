/** Buckets per doubling: a value is known within a tenth. */
const PER_DOUBLING = 4;
/** 2^32: 50 days, or 4 TiB. */
export const COST_BUCKETS = 32 * PER_DOUBLING;

/** Bucket n holds values from 2^(n/4) to 2^((n+1)/4); all below one are in the first. */
export function costBucket(value: number): number {
  if (!(value > 1)) return 0;
  return Math.min(COST_BUCKETS - 1, Math.floor(Math.log2(value) * PER_DOUBLING));
}

/** The middle of a bucket; of the first, which begins at nothing, its lower edge. */
const middleOf = (bucket: number) => (bucket === 0 ? 1 : 2 ** ((bucket + 0.5) / PER_DOUBLING));

/** The value that `share` of the runs stay below. Buckets must be in order; undefined: no runs. */
export function costQuantile(
  buckets: readonly { bucket: number; runs: number }[],
  share: number,
): number | undefined {
  const total = buckets.reduce((sum, { runs }) => sum + runs, 0);
  let below = 0;
  for (const { bucket, runs } of buckets) {
    below += runs;
    if (below >= total * share) return middleOf(bucket);
  }
  return undefined;
}
