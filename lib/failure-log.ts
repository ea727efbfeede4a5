import type { Log } from "./log.ts";

/** Seldom enough that an outage of an hour leaves a page, and not thousands of lines. */
const REMINDER_MS = 60_000;

/** Tells of work that is tried again and again when it begins to fail, once a minute, and when it is over. */
export class FailureLog {
  private readonly log: Log;
  private readonly what: string;
  private failures = 0;
  private sinceMs = 0;
  private toldAtMs = 0;

  /** `what` failed, as the log says it. */
  constructor(log: Log, what: string) {
    this.log = log;
    this.what = what;
  }

  failed(err: unknown): void {
    // Not the time of day, which may be put forward or back.
    const nowMs = performance.now();
    if (this.failures === 0) this.sinceMs = nowMs;
    this.failures++;
    if (this.failures > 1 && nowMs - this.toldAtMs < REMINDER_MS) return;
    this.toldAtMs = nowMs;
    this.log.error({ err, failures: this.failures }, this.what);
  }

  worked(): void {
    if (this.failures === 0) return;
    const seconds = Math.round((performance.now() - this.sinceMs) / 1000);
    this.log.info({ failures: this.failures, seconds }, `over: ${this.what}`);
    this.failures = 0;
  }
}
