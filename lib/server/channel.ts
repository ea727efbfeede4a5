import type { EventEmitter } from "node:events";

/** One end of the channel between a process and its child: `process`, or a cluster's worker. */
export type End = EventEmitter & {
  send?(message: object, failed: (error: Error | null) => void): boolean;
};

interface Message {
  /** What is asked; missing in an answer. */
  ask?: string;
  /** Counted by who asks. */
  id: number;
  value?: unknown;
  /** Why there is no value. */
  failed?: string;
}

let asked = 0;

/** Who is gone answers nothing; that is seen by the wait's end. */
const post = (end: End, message: Message) => end.send?.(message, () => undefined);

/** Asks the other end. Rejects when it cannot answer, or not in time. */
export function ask(end: End, question: string, limitMs: number): Promise<unknown> {
  const id = ++asked;
  return new Promise((resolve, reject) => {
    const settle = () => {
      clearTimeout(timer);
      end.off("message", hear);
    };
    const hear = (message: Message) => {
      if (message.ask !== undefined || message.id !== id) return;
      settle();
      if (message.failed === undefined) resolve(message.value);
      else reject(new Error(message.failed));
    };
    const timer = setTimeout(() => {
      settle();
      reject(new Error(`no answer within ${limitMs} ms: ${question}`));
    }, limitMs);
    end.on("message", hear);
    post(end, { ask: question, id });
  });
}

/** Answers whenever the other end asks `question`. */
export function answer(end: End, question: string, value: () => Promise<unknown>): void {
  end.on("message", ({ ask: heard, id }: Message) => {
    if (heard !== question) return;
    value().then(
      (found) => post(end, { id, value: found }),
      (error) => post(end, { id, failed: String(error) }),
    );
  });
}
