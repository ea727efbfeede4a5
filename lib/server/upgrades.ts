import { type IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { ResultsSocket } from "#lib/runs/socket.ts";
import { pathOf } from "./dispatch.ts";

export interface Upgrades {
  /** A server that never listens: Next adds its own handler of upgrades to the one it is given. */
  ofNext: Server;
  handle: (req: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

/**
 * Connections that turn into websockets: a campaign's results, and in development those by which Next
 * reloads pages. Next would answer on any path and end what it does not know, so it is not asked.
 */
export function createUpgrades(results: ResultsSocket, dev: boolean): Upgrades {
  const ofNext = new Server();
  return {
    ofNext,
    handle: (req, socket, head) => {
      if (results.handles(pathOf(req))) return results.upgrade(req, socket, head);
      if (dev) ofNext.emit("upgrade", req, socket, head);
      else socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    },
  };
}
