import { createServer, type RequestListener } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";

/** As the product: after a burst of connections none may be lost that the kernel would keep. */
const BACKLOG = 4_096;

/** Serves on a free port, tells the parent where, and ends when told. With BENCH_TLS over HTTPS. */
export function serve(listener: RequestListener): void {
  const tls = process.env.BENCH_TLS ? JSON.parse(process.env.BENCH_TLS) : undefined;
  const server = tls ? createHttpsServer(tls, listener) : createServer(listener);
  server.listen(0, "127.0.0.1", BACKLOG, () => {
    const { port } = server.address() as AddressInfo;
    process.send?.({ url: `${tls ? "https" : "http"}://127.0.0.1:${port}` });
  });
  process.on("SIGTERM", () => process.exit(0));
  process.on("disconnect", () => process.exit(0));
}
