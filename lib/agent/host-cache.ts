import { LRUCache } from "lru-cache";
import type { Metrics } from "#lib/metrics.ts";
import { tooMany } from "#lib/too-many.ts";
import { CardOutlines } from "./card-outline.ts";
import { type AgentRow, HostEntry, type KeyHash } from "./host-entry.ts";
import type { CommittedHost } from "./report-commit.ts";

/** Some 0.4 KB each in use (`npm run bench -- memory`), so 400 MB at the most. */
const HOSTS_MAX = 1_000_000;
/** Names of platforms that are kept once for all hosts. Hosts choose them, and there are a few dozen. */
const PLATFORMS_MAX = 1_000;
/**
 * An entry is read again after this, should a change have slipped past the poller (a transaction
 * that took longer than its overlap).
 */
const ENTRY_LIFE_MS = 10 * 60_000;
/** A key nobody has is not looked up again for this long. New keys are random: none is guessed. */
const UNKNOWN_LIFE_MS = 10_000;
const UNKNOWN_MAX = 50_000;
/** Keys per look-up; a restart with 100,000 hosts asks for 10,000 a second. */
const LOOKUP_MAX = 500;
/** Look-ups waiting; past it the agent is told to try again. */
const WAITING_MAX = 20_000;

type Found = HostEntry | undefined;
interface Waiting {
  promise: Promise<Found>;
  resolve: (entry: Found) => void;
  reject: (error: unknown) => void;
}

export interface HostCacheOptions {
  /** Rows that have any of the hashes as present or previous node key. */
  load: (keyHashes: Buffer[]) => Promise<AgentRow[]>;
  nowMs: () => number;
  metrics: Metrics;
}

/**
 * Hosts by hash of their node key. A hit is one look-up; misses are gathered into one statement,
 * and one key is only ever being looked up once.
 */
export class HostCache {
  private readonly byKey = new Map<KeyHash, HostEntry>();
  /** In order of first arrival. */
  private readonly byId = new Map<number, HostEntry>();
  private readonly outlines = new CardOutlines();
  private readonly platforms = new Map<string, string>();
  private readonly unknown = new LRUCache<KeyHash, true>({
    max: UNKNOWN_MAX,
    ttl: UNKNOWN_LIFE_MS,
  });
  private readonly waiting = new Map<KeyHash, Waiting>();
  private loading = false;
  private readonly options: HostCacheOptions;

  constructor(options: HostCacheOptions) {
    this.options = options;
  }

  /** The entry when it is at hand and fresh; no promise on a hit. */
  peek(key: KeyHash): HostEntry | undefined {
    const entry = this.byKey.get(key);
    if (!entry || this.options.nowMs() - entry.loadedAtMs > ENTRY_LIFE_MS) return undefined;
    return this.isValid(entry, key) ? entry : undefined;
  }

  /** As peek, but reads the database on a miss. Rejects when it is down or too many wait. */
  find(key: KeyHash): Promise<Found> {
    if (this.unknown.has(key)) return Promise.resolve(undefined);
    const already = this.waiting.get(key);
    if (already) return already.promise;
    if (this.waiting.size >= WAITING_MAX) {
      return Promise.reject(tooMany("too many look-ups"));
    }
    const { promise, resolve, reject } = withResolvers<Found>();
    this.waiting.set(key, { promise, resolve, reject });
    if (!this.loading) {
      this.loading = true;
      setImmediate(() => this.loadWaiting());
    }
    return promise;
  }

  byHostId(hostId: number): HostEntry | undefined {
    return this.byId.get(hostId);
  }

  get size(): number {
    return this.byId.size;
  }

  /** Files a row, replacing what was known of the host. */
  store(row: AgentRow): HostEntry {
    const entry = this.byId.get(row.hostId) ?? new HostEntry(row.hostId);
    const keysBefore = keysOf(entry);
    // The driver makes new strings for each row.
    const platformFamily = this.platformOnce(row.platformFamily);
    const platform = this.platformOnce(row.platform);
    const copy = { ...row, platformFamily, platform };
    entry.take(copy, this.outlines.of(row.card), this.options.nowMs());
    const keys = keysOf(entry);
    this.unfile(keysBefore.filter((key) => !keys.includes(key)));
    for (const key of keys) this.file(key, entry);
    this.byId.set(row.hostId, entry);
    this.evict();
    this.options.metrics.hostCacheEntries.set(this.byId.size);
    return entry;
  }

  /**
   * Takes over what this process has just committed, unless a later change is known already. Where
   * another server's change came in between, the whole row is read again at the next look-up: a
   * commit does not tell the team or the keys.
   */
  update(committed: CommittedHost): void {
    const entry = this.byId.get(committed.hostId);
    if (!entry || entry.revision >= committed.revision) return;
    if (entry.revision === committed.revision - 1) {
      const { card, ...copy } = committed;
      const platformFamily = this.platformOnce(committed.platformFamily);
      Object.assign(entry, copy, this.outlines.of(card), { platformFamily, plansNumber: 0 });
    } else {
      entry.loadedAtMs = 0;
    }
  }

  /** Makes the host's next read compute anew when something is due. */
  wake(hostId: number): void {
    const entry = this.byId.get(hostId);
    if (entry) entry.plansNumber = 0;
  }

  remove(hostId: number): void {
    const entry = this.byId.get(hostId);
    if (!entry) return;
    this.unfile(keysOf(entry));
    this.byId.delete(hostId);
  }

  private file(key: KeyHash, entry: HostEntry): void {
    this.byKey.set(key, entry);
    this.unknown.delete(key);
  }

  private unfile(keys: KeyHash[]): void {
    for (const key of keys) this.byKey.delete(key);
  }

  /** The oldest hosts go. */
  private evict(): void {
    for (const hostId of this.byId.keys()) {
      if (this.byId.size <= HOSTS_MAX) return;
      this.remove(hostId);
    }
  }

  private platformOnce(name: string): string {
    const known = this.platforms.get(name);
    if (known === undefined && this.platforms.size < PLATFORMS_MAX) this.platforms.set(name, name);
    return known ?? name;
  }

  private isValid(entry: HostEntry, key: KeyHash): boolean {
    return entry.key === key || this.options.nowMs() < (entry.previousKey?.expiresAtMs ?? 0);
  }

  private async loadWaiting(): Promise<void> {
    while (this.waiting.size > 0) {
      const batch = firstOf(this.waiting, LOOKUP_MAX);
      const keys = batch.map(([key]) => key);
      try {
        const rows = await this.options.load(keys.map((key) => Buffer.from(key, "latin1")));
        for (const row of rows) this.store(row);
        for (const [key, waiting] of batch) this.settle(key, waiting);
      } catch (error) {
        for (const [, waiting] of batch) waiting.reject(error);
      }
      for (const key of keys) this.waiting.delete(key);
    }
    this.loading = false;
  }

  private settle(key: KeyHash, waiting: Waiting): void {
    const entry = this.peek(key);
    if (!entry) this.unknown.set(key, true);
    waiting.resolve(entry);
  }
}

function keysOf({ key, previousKey }: HostEntry): KeyHash[] {
  return previousKey ? [key, previousKey.key] : [key];
}

function firstOf<T>(all: Iterable<T>, max: number): T[] {
  const first: T[] = [];
  for (const one of all) {
    if (first.push(one) === max) break;
  }
  return first;
}

/** Promise.withResolvers, which Node 20 does not have. */
function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
