/** A token bucket: `perSecond` on average, a second's worth at once. */
export class Rate {
  private readonly perSecond: number;
  private readonly nowMs: () => number;
  private tokens: number;
  private filledAtMs: number;

  constructor(perSecond: number, nowMs: () => number) {
    this.perSecond = perSecond;
    this.nowMs = nowMs;
    this.tokens = perSecond;
    this.filledAtMs = nowMs();
  }

  take(): boolean {
    const nowMs = this.nowMs();
    const gained = ((nowMs - this.filledAtMs) / 1000) * this.perSecond;
    this.tokens = Math.min(this.perSecond, this.tokens + Math.max(0, gained));
    this.filledAtMs = nowMs;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
