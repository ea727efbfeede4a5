import cluster, { type Worker } from "node:cluster";
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "#lib/log.ts";
import { collectFor } from "./shared-metrics.ts";

/** A worker that cannot live, for want of memory say, must not take a core for its attempts. */
const RESTART_FIRST_MS = 1_000;
const RESTART_MAX_MS = 30_000;
/** Who lived this long died of something new. */
const SOUND_MS = 60_000;

interface Running {
  worker: Worker;
  /** True when it answers requests, false when it ended before. */
  ready: Promise<boolean>;
  ended: Promise<{ code: number | null; signal: string | null }>;
}

function fork(): Running {
  const worker = cluster.fork();
  const ended: Running["ended"] = new Promise((resolve) => {
    worker.process.once("exit", (code, signal) => resolve({ code, signal }));
    // No process could be made. Others, such as a message that came too late, end nobody.
    worker.once("error", () => worker.process.pid ?? resolve({ code: null, signal: null }));
    worker.on("error", () => undefined);
  });
  const ready: Running["ready"] = new Promise((resolve) => {
    worker.on("message", (message: object) => "url" in message && resolve(true));
    void ended.then(() => resolve(false));
  });
  collectFor(worker);
  return { worker, ready, ended };
}

/**
 * Copies of this program on one port, in the primary's care. The kernel gives a connection to
 * whichever accepts first, which a busy one does not. Handing connections out in turns from here
 * (Node's default) is more even when there is little to do, and halves what two cores can take when
 * each request comes by a connection of its own.
 */
export class Workers {
  private readonly running = new Set<Running>();
  private readonly log: Log;
  private stopping = false;

  constructor(log: Log) {
    this.log = log;
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    // The settings are in the environment by now.
    cluster.setupPrimary({ args: [] });
  }

  /**
   * Resolves when all answer requests; to false when the first could not start and has said why.
   * The others wait for it, so that a port in use is said once.
   */
  async start(count: number): Promise<boolean> {
    const first = this.add();
    if (!(await first.ready)) return false;
    const others = Array.from({ length: count - 1 }, () => this.add());
    for (const one of [first, ...others]) void this.keep(one);
    await Promise.all(others.map(({ ready }) => ready));
    return true;
  }

  /** Resolves when each has answered and committed what it took. */
  async stop(): Promise<void> {
    this.stopping = true;
    const all = [...this.running];
    for (const { worker } of all) worker.process.kill("SIGTERM");
    await Promise.all(all.map(({ ended }) => ended));
  }

  private add(): Running {
    const one = fork();
    this.running.add(one);
    const { id, process: child } = one.worker;
    this.log.info({ worker: id, pid: child.pid }, "a worker starts");
    void one.ended.then(() => this.running.delete(one));
    return one;
  }

  /** Puts another in its place whenever it ends, ever later while they die young. */
  private async keep(first: Running): Promise<void> {
    let waitMs = RESTART_FIRST_MS;
    for (let one = first; ; one = this.add()) {
      const startedAtMs = performance.now();
      const how = await one.ended;
      if (this.stopping) return;
      const worker = one.worker.id;
      // A worker that fails to start says so itself.
      if (await one.ready) this.log.error({ worker, ...how }, "a worker ended; another follows");
      if (performance.now() - startedAtMs > SOUND_MS) waitMs = RESTART_FIRST_MS;
      await sleep(waitMs);
      if (this.stopping) return;
      waitMs = Math.min(2 * waitMs, RESTART_MAX_MS);
    }
  }
}
