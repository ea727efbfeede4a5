import { setTimeout as sleep } from "node:timers/promises";

/** Loaded into every server that is measured, the product too: answers what it has cost so far. */
process.on("message", async (question) => {
  if (question === "processor") {
    const { user, system } = process.cpuUsage();
    process.send?.(user + system);
  }
  if (question !== "memory") return;
  // Twice: the first run only unties what finalizers hold. Pages go back by threads of their own,
  // which on a busy machine come later.
  for (let run = 0; run < 2; run++) {
    globalThis.gc?.();
    await sleep(2_000);
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  process.send?.({ residentBytes: rss, liveBytes: heapUsed + external });
});
