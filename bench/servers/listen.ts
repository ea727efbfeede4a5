import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** Serves on a free port, tells the parent where, and ends when told. */
export function serve(listener: RequestListener, stop: () => Promise<void>): void {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1", 4_096, () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `http://127.0.0.1:${port}` });
  });
  process.on("message", (message) => {
    if (message !== "collect") return;
    // Twice: the first run only unties what finalizers hold.
    globalThis.gc?.();
    globalThis.gc?.();
    process.send?.({ residentBytes: process.memoryUsage.rss() });
  });
  process.on("SIGTERM", async () => {
    server.closeAllConnections();
    await stop();
    process.exit(0);
  });
}
