import { LRUCache } from "lru-cache";
import type { Metrics } from "#lib/metrics.ts";
import { type AgentRow, type HostEntry, hostEntry } from "./host-entry.ts";
import type { CommittedHost } from "./report-commit.ts";

/** Two keys a host: the present and the previous one. About 1 KB each, so 400 MB at the most. */
const HOSTS_MAX = 400_000;
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
  private readonly byKey = new LRUCache<string, HostEntry>({ max: HOSTS_MAX });
  private readonly byId = new Map<number, HostEntry>();
  private readonly unknown = new LRUCache<string, true>({ max: UNKNOWN_MAX, ttl: UNKNOWN_LIFE_MS });
  private readonly waiting = new Map<string, Waiting>();
  private loading = false;
  private readonly options: HostCacheOptions;

  constructor(options: HostCacheOptions) {
    this.options = options;
  }

  /** The entry when it is at hand and fresh; no promise on a hit. */
  peek(key: string): HostEntry | undefined {
    const entry = this.byKey.get(key);
    if (!entry || this.options.nowMs() - entry.loadedAtMs > ENTRY_LIFE_MS) return undefined;
    return this.isValid(entry, key) ? entry : undefined;
  }

  /** As peek, but reads the database on a miss. Rejects when it is down or too many wait. */
  find(key: string): Promise<Found> {
    if (this.unknown.has(key)) return Promise.resolve(undefined);
    const already = this.waiting.get(key);
    if (already) return already.promise;
    if (this.waiting.size >= WAITING_MAX) {
      return Promise.reject(Object.assign(new Error("too many look-ups"), { kind: "unavailable" }));
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
    const known = this.byId.get(row.hostId);
    for (const key of known?.keys ?? []) this.byKey.delete(key);
    const entry = hostEntry(row, this.options.nowMs(), known);
    for (const key of entry.keys) {
      this.byKey.set(key, entry);
      this.unknown.delete(key);
    }
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
      Object.assign(entry, committed, { plan: undefined });
    } else {
      entry.loadedAtMs = 0;
    }
  }

  remove(hostId: number): void {
    const entry = this.byId.get(hostId);
    if (!entry) return;
    for (const key of entry.keys) this.byKey.delete(key);
    this.byId.delete(hostId);
  }

  /** byId is in order of first arrival; when the keys overflow, the oldest hosts go. */
  private evict(): void {
    for (const hostId of this.byId.keys()) {
      if (this.byId.size <= HOSTS_MAX / 2) return;
      this.remove(hostId);
    }
  }

  private isValid(entry: HostEntry, key: string): boolean {
    return entry.keys[0] === key || this.options.nowMs() < entry.previousKeyExpiresAtMs;
  }

  private async loadWaiting(): Promise<void> {
    while (this.waiting.size > 0) {
      const batch = [...this.waiting].slice(0, LOOKUP_MAX);
      const keys = batch.map(([key]) => key);
      try {
        const rows = await this.options.load(keys.map((key) => Buffer.from(key, "hex")));
        for (const row of rows) this.store(row);
        for (const [key, waiting] of batch) this.settle(key, waiting);
      } catch (error) {
        for (const [, waiting] of batch) waiting.reject(error);
      }
      for (const key of keys) this.waiting.delete(key);
    }
    this.loading = false;
  }

  private settle(key: string, waiting: Waiting): void {
    const entry = this.peek(key);
    if (!entry) this.unknown.set(key, true);
    waiting.resolve(entry);
  }
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
