import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { poolOptions } from "#db/client.ts";

/**
 * Stands between a pool and its database and can be told to swallow: bytes go nowhere, and the
 * sockets stay open, as when a machine or a firewall's state is gone.
 */
export class SwallowingProxy {
  swallows = false;
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((client) => this.join(client));
  private readonly databaseUrl: string;

  constructor(databaseUrl: string) {
    this.databaseUrl = databaseUrl;
  }

  /** The URL that the database has through the proxy. */
  async start(): Promise<string> {
    this.server.listen(0, "127.0.0.1");
    await once(this.server, "listening");
    const url = new URL(this.databaseUrl);
    url.host = `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    url.search = "";
    return url.href;
  }

  stop(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private join(client: Socket): void {
    const { socketPath = "", host, port = 0 } = poolOptions(this.databaseUrl);
    const upstream = socketPath ? connect(socketPath) : connect(port, host);
    this.pass(client, upstream);
    this.pass(upstream, client);
  }

  private pass(from: Socket, to: Socket): void {
    this.sockets.add(from);
    from.on("data", (bytes) => this.swallows || to.write(bytes));
    from.on("error", () => undefined);
    from.on("close", () => {
      this.sockets.delete(from);
      to.destroy();
    });
  }
}
