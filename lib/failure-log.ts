import type { Log } from "./log.ts";

/** Seldom enough that an outage of an hour leaves a page, and not thousands of lines. */
const REMINDER_MS = 60_000;

/**
 * Tells of work that is tried again and again when it begins to fail, once a minute, and when it is
 * over. What fails and works in turn is told of once a minute too, with how often it failed meanwhile.
 */
export class FailureLog {
  private readonly log: Log;
  private readonly what: string;
  private failures = 0;
  /** Said to fail, and not yet to be over. */
  private isTold = false;
  private sinceMs = 0;
  private toldAtMs = Number.NEGATIVE_INFINITY;

  /** `what` failed, as the log says it. */
  constructor(log: Log, what: string) {
    this.log = log;
    this.what = what;
  }

  failed(err: unknown): void {
    // Not the time of day, which may be put forward or back.
    const nowMs = performance.now();
    this.failures++;
    if (nowMs - this.toldAtMs < REMINDER_MS) return;
    this.toldAtMs = nowMs;
    if (!this.isTold) this.sinceMs = nowMs;
    this.isTold = true;
    this.log.error({ err, failures: this.failures }, this.what);
  }

  worked(): void {
    if (!this.isTold) return;
    const seconds = Math.round((performance.now() - this.sinceMs) / 1000);
    this.log.info({ failures: this.failures, seconds }, `over: ${this.what}`);
    this.isTold = false;
    this.failures = 0;
  }
}
