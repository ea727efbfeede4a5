import type { Naps } from "./profile.ts";

/** Whether a host's network is there. Loops wait here while it is not. */
export interface Presence {
  isOnline(): boolean;
  /** Goes away until `goOnline`, or for a time. */
  goOffline(forMilliseconds?: number): void;
  goOnline(): void;
  /** Resolves at once when online. Rejects with the signal's reason. */
  whenOnline(signal: AbortSignal): Promise<void>;
  /** Ends timers. */
  close(): void;
}

export function createPresence(naps: Naps | undefined): Presence {
  let online = true;
  let returning: NodeJS.Timeout | undefined;
  let napping: NodeJS.Timeout | undefined;
  const waiting = new Set<() => void>();

  const goOnline = () => {
    clearTimeout(returning);
    online = true;
    for (const resume of waiting) resume();
    waiting.clear();
  };
  const goOffline = (forMilliseconds?: number) => {
    clearTimeout(returning);
    online = false;
    if (forMilliseconds) returning = setTimeout(goOnline, forMilliseconds);
  };
  const nap = (times: Naps) => {
    // Who was sent away by hand stays away until called back.
    if (online) goOffline(times.forSeconds * 1000);
    napping = setTimeout(() => nap(times), times.everySeconds * 1000);
  };
  if (naps) napping = setTimeout(() => nap(naps), naps.firstAfterSeconds * 1000);

  return {
    isOnline: () => online,
    goOffline,
    goOnline,
    whenOnline: (signal) =>
      online
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            const resume = () => {
              signal.removeEventListener("abort", abort);
              resolve();
            };
            const abort = () => {
              waiting.delete(resume);
              reject(signal.reason);
            };
            waiting.add(resume);
            signal.addEventListener("abort", abort, { once: true });
          }),
    close: () => {
      clearTimeout(returning);
      clearTimeout(napping);
    },
  };
}
