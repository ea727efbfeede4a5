/*
 * Loaded into a server before anything else: sets its clock and collects its garbage on demand.
 * A clock that jumps moves Date alone; timers and performance.now() go on, as on a real machine.
 */

export type Order = { clockOffsetMs: number } | { collect: true };

const RealDate = Date;
let offsetMs = 0;

class ShiftedDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + offsetMs);
    else super(...(given as [number]));
  }

  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}

process.on("message", (order: Order) => {
  if ("clockOffsetMs" in order) {
    offsetMs = order.clockOffsetMs;
    globalThis.Date = ShiftedDate as DateConstructor;
  } else {
    globalThis.gc?.();
    const { heapUsed, external } = process.memoryUsage();
    process.send?.({ usedBytes: heapUsed + external });
  }
});
