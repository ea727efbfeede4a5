/** Past this many waiting, callers are refused: each holds a request. */
const WAITING_MAX = 5_000;
/**
 * Of the event loop, between two batches: who was answered by the one asks anew, and many share the
 * next statement. Some ten microseconds where nobody does; two turns are too few, and eight no better.
 */
const TURNS_BETWEEN = 4;

/** Answers one question from what was read for a batch; may throw, and may have to read more. */
export type Answering<Q, A> = (question: Q) => A | Promise<A>;

interface Waiting<Q, A> {
  question: Q;
  resolve: (answer: A | Promise<A>) => void;
  reject: (error: unknown) => void;
}

/**
 * Reads once for many. What is asked while one batch is read goes into the next, whose reading begins
 * after all of it was asked: nobody is told what was so before they asked, as a cache would do. One
 * batch at a time: with two, each is half as large, and what a batch costs itself is twice as much.
 */
export class Gathered<Q, A> {
  private waiting: Waiting<Q, A>[] = [];
  private isRunning = false;
  private readonly read: (questions: Q[]) => Promise<Answering<Q, A>>;
  private readonly batchMax: number;

  constructor(batchMax: number, read: (questions: Q[]) => Promise<Answering<Q, A>>) {
    this.read = read;
    this.batchMax = batchMax;
  }

  /** Rejects when the reading fails, and with `kind: "unavailable"` when too many wait. */
  ask(question: Q): Promise<A> {
    if (this.waiting.length >= WAITING_MAX) {
      const error = new Error("too many look-ups are waiting");
      return Promise.reject(Object.assign(error, { kind: "unavailable" }));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ question, resolve, reject });
      if (this.isRunning) return;
      this.isRunning = true;
      // Behind the requests that arrive in this turn of the event loop.
      setImmediate(() => this.run());
    });
  }

  private async run(): Promise<void> {
    while (this.waiting.length > 0) {
      await this.runBatch(this.waiting.splice(0, this.batchMax));
      for (let turn = 0; turn < TURNS_BETWEEN; turn++) await nextTurn();
    }
    this.isRunning = false;
  }

  private async runBatch(batch: Waiting<Q, A>[]): Promise<void> {
    try {
      const answer = await this.read(batch.map(({ question }) => question));
      for (const waiting of batch) settle(waiting, answer);
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}

const nextTurn = () => new Promise<void>((resume) => setImmediate(resume));

function settle<Q, A>({ question, resolve, reject }: Waiting<Q, A>, answer: Answering<Q, A>) {
  try {
    resolve(answer(question));
  } catch (error) {
    reject(error);
  }
}
