/*
 * How far the process is behind: the delay of the event loop, for which everybody waits whatever its
 * cause, and what agents' work has waited on top of that for its share of the loop.
 */

const SAMPLE_MS = 50;
/** It is a mean that forgets within this: the delay jumps from one turn of the loop to the next. */
const MEAN_OVER_MS = 1_000;
/**
 * Above for this long. A restart or a network that comes back brings all hosts within a second or two,
 * which is over sooner when they are served than when they are all told to come again.
 */
const RISE_AFTER_MS = 3_000;
/** Below half of what raised it for this long. Shedding itself brings the delay down at once. */
const CALM_AFTER_MS = 3_000;

/** From which delay on the process is so far behind. A person notices a tenth of a second. */
const RISES_AT_MS = [0, 200, 500, 2_000] as const;
export const CALM = 0;
export const BUSY = 1;
export const OVERLOADED = 2;
export const DROWNING = 3;
export type Level = typeof CALM | typeof BUSY | typeof OVERLOADED | typeof DROWNING;

const above = (level: Level): Level => Math.min(level + 1, DROWNING) as Level;
const below = (level: Level): Level => Math.max(level - 1, CALM) as Level;

/** Watches the event loop and what waits for it. Rises and falls by one level at a time, so it does not flap. */
export class Pressure {
  level: Level = CALM;
  /** Last time that the delay was below what the next level takes. */
  private lowAtMs = 0;
  /** Last time that it was above half of what this level takes. */
  private highAtMs = 0;
  private lastMs = 0;
  private meanMs = 0;
  private timer: NodeJS.Timeout | undefined;
  private readonly waitedMs: (nowMs: number) => number;

  /** `waitedMs`: how long the agents' oldest work has waited. */
  constructor(waitedMs: (nowMs: number) => number) {
    this.waitedMs = waitedMs;
  }

  start(): void {
    this.lastMs = performance.now();
    this.lowAtMs = this.lastMs;
    this.timer = setInterval(() => this.sample(performance.now()), SAMPLE_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private sample(nowMs: number): void {
    const sinceMs = nowMs - this.lastMs;
    this.lastMs = nowMs;
    const weight = 1 - Math.exp(-sinceMs / MEAN_OVER_MS);
    const behindMs = Math.max(0, sinceMs - SAMPLE_MS) + this.waitedMs(nowMs);
    this.meanMs += (behindMs - this.meanMs) * weight;
    if (this.meanMs < RISES_AT_MS[above(this.level)]) this.lowAtMs = nowMs;
    if (this.meanMs >= RISES_AT_MS[this.level] / 2) this.highAtMs = nowMs;
    if (nowMs - this.lowAtMs > RISE_AFTER_MS) this.become(above(this.level), nowMs);
    else if (nowMs - this.highAtMs > CALM_AFTER_MS) this.become(below(this.level), nowMs);
  }

  private become(level: Level, nowMs: number): void {
    this.level = level;
    this.lowAtMs = nowMs;
    this.highAtMs = nowMs;
  }
}
