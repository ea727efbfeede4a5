import { LRUCache } from "lru-cache";
import { AppError } from "#lib/errors.ts";

/** Failed look-ups from one address (contract: fleet-api 5.1): a burst, refilled over the hour. */
const BURST = 100;
const PER_HOUR = 720;
const REFILL_PER_MS = PER_HOUR / 3_600_000;
/** Addresses remembered; the one heard of longest ago is forgotten first. */
const ADDRESSES_MAX = 10_000;

interface Bucket {
  left: number;
  atMs: number;
}

/**
 * Slows down whoever tries tokens. Counted per process and in memory, unlike sign-ins: a token has
 * 128 bits and a wrong one costs no statement, so there is nothing to guess, and a row per failure
 * would let anybody make the database write.
 */
const buckets = new LRUCache<string, Bucket>({ max: ADDRESSES_MAX });

/** Throws `too_many_requests` once an address has failed too often. */
export function countFailure(address: string, nowMs: number): void {
  const bucket = buckets.get(address) ?? { left: BURST, atMs: nowMs };
  // A clock that was set back refills nothing.
  const refill = Math.max(0, nowMs - bucket.atMs) * REFILL_PER_MS;
  const left = Math.min(BURST, bucket.left + refill) - 1;
  buckets.set(address, { left: Math.max(left, -1), atMs: nowMs });
  if (left >= 0) return;
  throw new AppError("too_many_requests", "Too many wrong links from your address.", {
    retryAfterSeconds: Math.ceil(1 / REFILL_PER_MS / 1000),
  });
}
