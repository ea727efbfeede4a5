/** Past this many waiting, callers are refused: each holds a request. */
const WAITING_MAX = 5_000;

/** Look-ups under way: while the database works at one, the answers of the other are made. */
const AT_ONCE = 2;

interface Waiting<V> {
  promise: Promise<V>;
  resolve: (value: V) => void;
  reject: (error: unknown) => void;
}

/**
 * Makes one look-up of many. What is asked while one runs goes into the next, which begins after
 * all of it was asked: nobody is told what was so before they asked, as a cache would do.
 */
export class Gathered<V> {
  private waiting = new Map<string, Waiting<V | undefined>>();
  private running = 0;
  private readonly load: (keys: string[]) => Promise<Map<string, V>>;
  private readonly batchMax: number;

  constructor(batchMax: number, load: (keys: string[]) => Promise<Map<string, V>>) {
    this.load = load;
    this.batchMax = batchMax;
  }

  /** Rejects when the look-up fails, and with `kind: "unavailable"` when too many wait. */
  find(key: string): Promise<V | undefined> {
    const known = this.waiting.get(key);
    if (known) return known.promise;
    if (this.waiting.size >= WAITING_MAX) {
      const error = new Error("too many look-ups are waiting");
      return Promise.reject(Object.assign(error, { kind: "unavailable" }));
    }
    const waiting = newWaiting<V | undefined>();
    this.waiting.set(key, waiting);
    if (this.running < AT_ONCE && this.waiting.size === 1) {
      this.running++;
      // Behind the requests that arrive in this turn of the event loop.
      setImmediate(() => this.run());
    }
    return waiting.promise;
  }

  private async run(): Promise<void> {
    while (this.waiting.size > 0) await this.runBatch([...this.waiting].slice(0, this.batchMax));
    this.running--;
  }

  private async runBatch(batch: [string, Waiting<V | undefined>][]): Promise<void> {
    for (const [key] of batch) this.waiting.delete(key);
    try {
      const found = await this.load(batch.map(([key]) => key));
      for (const [key, { resolve }] of batch) resolve(found.get(key));
    } catch (error) {
      for (const [, { reject }] of batch) reject(error);
    }
  }
}

/** Promise.withResolvers, which Node 20 does not have. */
function newWaiting<V>(): Waiting<V> {
  let resolve: Waiting<V>["resolve"] = () => {};
  let reject: Waiting<V>["reject"] = () => {};
  const promise = new Promise<V>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
