import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import type { RowDataPacket } from "mysql2";
import { RateLimiterMySQL, type RateLimiterRes } from "rate-limiter-flexible";
import type { Database } from "#db/client.ts";
import { AppError } from "#lib/errors.ts";

/**
 * Failed sign-ins that are let through, in the database so that all servers count together.
 *
 * Rejected: one bucket per account, with which anyone locks out anyone, and one for the server
 * (Fleet's), with which anyone locks out everybody. Here a person who signed in from an address
 * before is held back there by their own failures alone.
 */
const LIMITS = {
  /** One account from one address: somebody guessing, or somebody who forgot. */
  pair: { points: 10, duration: 300 },
  /** One address, any account: enough for an office behind one address. */
  address: { points: 100, duration: 300 },
  /** One account from addresses unknown to it: guessing spread over many machines. */
  account: { points: 100, duration: 3600 },
} as const;

type LimitName = keyof typeof LIMITS;
type Limiters = Record<LimitName, RateLimiterMySQL>;

const limitersByDatabase = new WeakMap<Database, Promise<Limiters>>();

async function makeLimiters(db: Database): Promise<Limiters> {
  const [rows] = await db.$client.query<RowDataPacket[]>("SELECT DATABASE() AS name");
  const limiter = (name: LimitName) =>
    new RateLimiterMySQL({
      ...LIMITS[name],
      storeClient: db.$client.pool,
      storeType: "pool",
      dbName: rows[0]?.name,
      tableName: "rate_limits",
      tableCreated: true,
      keyPrefix: `login-${name}`,
      // One of the three sweeps the table they share.
      clearExpiredByTimeout: name === "pair",
    });
  return { pair: limiter("pair"), address: limiter("address"), account: limiter("account") };
}

function limitersOf(db: Database): Promise<Limiters> {
  const known = limitersByDatabase.get(db);
  if (known) return known;
  const limiters = makeLimiters(db);
  limitersByDatabase.set(db, limiters);
  // A database that was away for a moment must not be remembered as away.
  limiters.catch(() => limitersByDatabase.delete(db));
  return limiters;
}

/** Of IPv6 the network: a /64 is what one customer gets, all 2^64 addresses of it. */
export function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [head = "", tail] = address.split("::");
  const groups = head.split(":").filter(Boolean);
  const rest = tail?.split(":").filter(Boolean) ?? [];
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - rest.length) }, () => "0");
  return [...groups, ...zeros, ...rest].slice(0, 4).join(":");
}

/** Fixed length, and no e-mail addresses in the table. */
const keyOf = (...parts: string[]) =>
  createHash("sha256").update(parts.join("\n")).digest("base64url");

export interface Attempt {
  email: string;
  /** "" when unknown. */
  address: string;
  /** Whether the account was used from this address before. */
  knownThere: boolean;
}

function keysOf({ email, address, knownThere }: Attempt): [LimitName, string][] {
  const network = networkOf(address);
  const keys: [LimitName, string][] = [["pair", keyOf(email, network)]];
  if (network) keys.push(["address", keyOf(network)]);
  if (!knownThere) keys.push(["account", keyOf(email)]);
  return keys;
}

function isRefusal(error: unknown): error is RateLimiterRes {
  return typeof error === "object" && error !== null && "msBeforeNext" in error;
}

/** Counts an attempt as failed until `forgiveAttempt`. Throws `too_many_requests`. */
export async function countAttempt(db: Database, attempt: Attempt): Promise<void> {
  const limiters = await limitersOf(db);
  for (const [name, key] of keysOf(attempt)) {
    await limiters[name].consume(key).catch((error: unknown) => {
      if (!isRefusal(error)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil(error.msBeforeNext / 1000));
      throw new AppError("too_many_requests", "Too many failed attempts to sign in.", {
        retryAfterSeconds,
      });
    });
  }
}

/** The attempt succeeded: it does not count, and the person's earlier failures are forgotten. */
export async function forgiveAttempt(db: Database, attempt: Attempt): Promise<void> {
  const limiters = await limitersOf(db);
  for (const [name, key] of keysOf(attempt)) {
    if (name === "pair") await limiters.pair.delete(key);
    else await limiters[name].reward(key, 1);
  }
}
