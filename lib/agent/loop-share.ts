/**
 * What agents' work may take of one turn of the event loop. A person's request waits for some ten
 * turns, one for each answer of the database; less would only leave more agents for later.
 */
const TURN_MS = 10;

interface Waiting {
  work: () => void;
  sinceMs: number;
}

/**
 * Agents' share of the event loop. A thousand bodies may be there in one turn of it, and parsing them
 * all takes seconds in which nobody else is heard; so what is above the share waits for later turns,
 * and people and gateways are answered in between. Who calls bounds how much waits.
 */
export class LoopShare {
  private readonly waiting: Waiting[] = [];
  private usedMs = 0;
  private isScheduled = false;

  /** Runs the work at once, or in a later turn; what came first is first. */
  run(work: () => void): void {
    if (this.waiting.length > 0 || this.usedMs >= TURN_MS) {
      this.waiting.push({ work, sinceMs: performance.now() });
    } else this.spend(work);
    this.schedule();
  }

  /** How long the first in line has waited; 0 when nothing waits. */
  waitedMs(nowMs: number): number {
    const [first] = this.waiting;
    return first ? nowMs - first.sinceMs : 0;
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => this.turn());
  }

  private turn(): void {
    this.isScheduled = false;
    this.usedMs = 0;
    while (this.usedMs < TURN_MS) {
      const next = this.waiting.shift();
      if (!next) return;
      this.spend(next.work);
    }
    this.schedule();
  }

  private spend(work: () => void): void {
    const startedAtMs = performance.now();
    work();
    this.usedMs += performance.now() - startedAtMs;
  }
}
