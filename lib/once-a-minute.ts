const INTERVAL_MS = 60_000;

/** Lets what happens thousands of times be said once a minute. */
export class OnceAMinute {
  private toldAtMs = Number.NEGATIVE_INFINITY;
  private untold = 0;

  /** It happened. How often since it was said last, if it is to be said now; else 0. */
  happened(): number {
    this.untold++;
    // Not the time of day, which may be put forward or back.
    if (performance.now() - this.toldAtMs < INTERVAL_MS) return 0;
    const times = this.untold;
    this.toldAtMs = performance.now();
    this.untold = 0;
    return times;
  }
}
