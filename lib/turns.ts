import { tooMany } from "./too-many.ts";

interface TurnsOptions {
  name: string;
  atOnce: number;
  /** Waiting for a turn; past it `run` refuses. */
  waitingMax: number;
}

/**
 * Lets a few pieces of work run at a time. Without it a fleet that enrolls at once takes every
 * connection and every place in the pool's queue, and reports are refused that would take one. Neither
 * must a page that shows many counts.
 */
export class Turns {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly options: TurnsOptions;

  constructor(options: TurnsOptions) {
    this.options = options;
  }

  get depth(): number {
    return this.waiting.length;
  }

  /** First come, first served. Rejects with `tooMany` when too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const { name, atOnce, waitingMax } = this.options;
    if (this.running < atOnce) this.running++;
    else if (this.waiting.length < waitingMax) {
      await new Promise<void>((resume) => this.waiting.push(resume));
    } else {
      throw tooMany(`${name}: too many are waiting`);
    }
    try {
      return await work();
    } finally {
      // The turn is handed on as it is, so that nobody who comes now gets in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}
