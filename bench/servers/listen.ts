import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { ensureSelfSigned } from "#lib/tls/server-tls.ts";

/** Serves on a free port, tells the parent where, and ends when told. */
export async function serve(listener: RequestListener, stop: () => Promise<void>): Promise<void> {
  const folder = process.env.BENCH_TLS_FOLDER;
  const server = folder
    ? createTlsServer(await ensureSelfSigned(folder, "127.0.0.1"), listener)
    : createServer(listener);
  server.listen(0, "127.0.0.1", 4_096, () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `${folder ? "https" : "http"}://127.0.0.1:${port}` });
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
