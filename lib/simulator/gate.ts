/** Lets at most a number of tasks run at once; the others wait in the order they came. */
export interface Gate {
  run<T>(task: () => Promise<T>): Promise<T>;
}

export function createGate(limitCount: number): Gate {
  const waiting: (() => void)[] = [];
  let running = 0;
  const enter = () => {
    if (running < limitCount) {
      running++;
      return Promise.resolve();
    }
    return new Promise<void>((resolve) => waiting.push(resolve));
  };
  // The place passes straight to the next in line, so `running` stays as it is.
  const leave = () => {
    const next = waiting.shift();
    if (next) next();
    else running--;
  };
  return {
    run: async (task) => {
      await enter();
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
