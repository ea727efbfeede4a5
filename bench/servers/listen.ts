import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Serves on a free port, tells the parent where, and ends when told. With BENCH_TLS over HTTPS. */
export function serve(listener: RequestListener, stop: () => Promise<void>): void {
  const tls = process.env.BENCH_TLS ? JSON.parse(process.env.BENCH_TLS) : undefined;
  const server = tls ? createHttpsServer(tls, listener) : createServer(listener);
  server.listen(0, "127.0.0.1", 4_096, () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `${tls ? "https" : "http"}://127.0.0.1:${port}` });
  });
  process.on("message", async (message) => {
    if (message !== "collect") return;
    // Twice: the first run only unties what finalizers hold. Pages go back by threads of their own,
    // which on a busy machine come later.
    for (let run = 0; run < 2; run++) {
      globalThis.gc?.();
      await sleep(2_000);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    process.send?.({ residentBytes: rss, liveBytes: heapUsed + external });
  });
  process.on("SIGTERM", async () => {
    server.closeAllConnections();
    await stop();
    process.exit(0);
  });
}
