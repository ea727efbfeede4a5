/**
 * A number in [0, 1) that depends on host and interval alone: the same on every server and after
 * every restart. Policies of one interval share it, so that a host answers them in one go; a
 * number per policy would make fifty small reports of one.
 */
export function jitterFraction(hostId: number, intervalSeconds: number): number {
  // Two rounds of a 32-bit finaliser (murmur3's constants): neighbouring ids land far apart.
  let mixed = Math.imul(hostId ^ Math.imul(intervalSeconds, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

/**
 * When something last done at `doneAtMs` is due again: one interval later, up to `percent` of it
 * sooner. Sooner, because evidence must not grow older than the operator asked for.
 */
export function dueAtMs(
  hostId: number,
  intervalSeconds: number,
  percent: number,
  doneAtMs: number,
): number {
  const intervalMs = intervalSeconds * 1000;
  return (
    doneAtMs + intervalMs - intervalMs * (percent / 100) * jitterFraction(hostId, intervalSeconds)
  );
}
