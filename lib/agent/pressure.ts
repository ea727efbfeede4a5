/*
 * How far the process is behind. Agents and people share its one event loop, so the time that
 * everybody waits is the delay of the loop, whatever the cause.
 */

const SAMPLE_MS = 50;
/** A collection of garbage or one large answer delays the loop once; load does so again and again. */
const SAMPLES_TO_RISE = 3;
/** Below half of what raised it for this long. Shedding itself brings the delay down at once. */
const CALM_MS = 3_000;

/** From which delay on the process is so far behind. A person notices a tenth of a second. */
const RISES_AT_MS = [0, 150, 500, 2_000] as const;
export const CALM = 0;
export const BUSY = 1;
export const OVERLOADED = 2;
export const DROWNING = 3;
export type Level = typeof CALM | typeof BUSY | typeof OVERLOADED | typeof DROWNING;

const levelAt = (delayMs: number): Level => {
  if (delayMs >= RISES_AT_MS[DROWNING]) return DROWNING;
  if (delayMs >= RISES_AT_MS[OVERLOADED]) return OVERLOADED;
  return delayMs >= RISES_AT_MS[BUSY] ? BUSY : CALM;
};

/** Watches the event loop. Rises within a few samples and falls step by step, so it does not flap. */
export class Pressure {
  level: Level = CALM;
  private recent: Level[] = [];
  private highAtMs = 0;
  private lastMs = 0;
  private timer: NodeJS.Timeout | undefined;

  start(): void {
    this.lastMs = performance.now();
    this.timer = setInterval(() => this.sample(performance.now()), SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(nowMs: number): void {
    const delayMs = nowMs - this.lastMs - SAMPLE_MS;
    this.lastMs = nowMs;
    this.recent = [levelAt(delayMs), ...this.recent].slice(0, SAMPLES_TO_RISE);
    if (delayMs >= RISES_AT_MS[this.level] / 2) this.highAtMs = nowMs;
    const sustained = this.recent.reduce((least, one) => (one < least ? one : least), DROWNING);
    if (this.recent.length === SAMPLES_TO_RISE && sustained > this.level) {
      this.level = sustained;
      this.highAtMs = nowMs;
    } else if (this.level > CALM && nowMs - this.highAtMs > CALM_MS) {
      this.level = (this.level - 1) as Level;
      this.highAtMs = nowMs;
    }
  }
}
