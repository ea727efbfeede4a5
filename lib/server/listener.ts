import { once } from "node:events";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { Env } from "../env.ts";
import { AppError } from "../errors.ts";
import { OnceAMinute } from "../once-a-minute.ts";
import { loadServerTls } from "../tls/server-tls.ts";

/** osquery opens a connection per request and leaves the old one idle, so keep none for long. */
const KEEP_ALIVE_MS = 5_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** The largest report over a slow line. */
const REQUEST_TIMEOUT_MS = 120_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** After a restart all hosts connect at once; the kernel cuts this to its own limit. */
const BACKLOG = 4_096;
/** Requests under way get this long at a stop; then their connections are cut. */
const DRAIN_MS = 10_000;
const CERTIFICATE_CHECK_MS = 12 * 3_600_000;
/**
 * Open connections. An idle one over TLS takes some 50 KB, so these a gigabyte; past it new ones are
 * closed at once, and agents come again.
 */
const CONNECTIONS_MAX = 20_000;
/**
 * Of these; from here on none stays open idle, and every answer is its connection's last. osquery never
 * uses one twice, and agents with requests under way have half of the places at most
 * (lib/agent/admission.ts), so the others are for people and gateways.
 */
const CROWDED_SHARE = 0.5;
const CROWD_CHECK_MS = 1_000;
/** Who has sent nothing for this long has no request to make: browsers connect in advance. */
const SILENT_MS = 2_000;

export interface ListenOptions {
  onError: (error: unknown) => void;
  /** A connection was closed at once because too many are open. */
  onDrop: () => void;
  connectionsMax?: number;
}

export interface Listener {
  server: Server;
  /** Accepts no more, and resolves when the requests under way are answered or cut off. */
  stop: () => Promise<void>;
}

/** Renewed certificates are taken up without a restart. */
function keepCertificateFresh(server: HttpsServer, env: Env, onError: (error: unknown) => void) {
  const renew = async () => {
    const tls = await loadServerTls(env);
    if (tls) server.setSecureContext(tls);
  };
  const timer = setInterval(() => renew().catch(onError), CERTIFICATE_CHECK_MS).unref();
  server.once("close", () => clearInterval(timer));
}

async function createServer(
  env: Env,
  answer: RequestListener,
  onError: (error: unknown) => void,
): Promise<Server> {
  const tls = await loadServerTls(env);
  const limits = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    noDelay: true,
  };
  if (!tls) return createHttpServer(limits, answer);
  const server = createHttpsServer(
    { ...limits, ...tls, handshakeTimeout: HANDSHAKE_TIMEOUT_MS, minVersion: "TLSv1.2" },
    answer,
  );
  keepCertificateFresh(server, env, onError);
  return server;
}

/**
 * Keeps the connections within their bound, with room for new ones as long as there can be, and says
 * so once a minute when it is reached.
 */
function boundConnections(
  server: Server,
  cutSilent: () => void,
  { onError, onDrop, connectionsMax = CONNECTIONS_MAX }: ListenOptions,
): void {
  server.maxConnections = connectionsMax;
  const drops = new OnceAMinute();
  server.on("drop", () => {
    onDrop();
    if (drops.happened() === 0) return;
    onError(new Error(`${connectionsMax} connections are open: new ones are closed at once`));
  });
  let open = 0;
  const isCrowded = () => open > connectionsMax * CROWDED_SHARE;
  server.on("connection", (socket: Socket) => {
    open++;
    socket.once("close", () => open--);
  });
  server.prependListener("request", (_, response) => {
    if (isCrowded()) response.setHeader("Connection", "close");
  });
  const timer = setInterval(() => {
    if (!isCrowded()) return;
    server.closeIdleConnections();
    // After this turn's reading: a loop that was held up has not read yet what was sent meanwhile.
    setImmediate(cutSilent);
  }, CROWD_CHECK_MS).unref();
  server.once("close", () => clearInterval(timer));
}

const CLIENT_ERRORS: Record<string, string> = {
  ERR_HTTP_REQUEST_TIMEOUT: "408 Request Timeout",
  HPE_HEADER_OVERFLOW: "431 Request Header Fields Too Large",
};

/**
 * What Node says to a request that it could not read, with a body: osquery takes an empty one for
 * success, and would drop its answers (contract: osquery-agent 1).
 */
function refuseUnread(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const status = CLIENT_ERRORS[error.code ?? ""] ?? "400 Bad Request";
  const body = JSON.stringify({ error: `the request could not be read: ${status}` });
  const headers = ["Connection: close", "Content-Type: application/json"];
  const head = [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`];
  socket.end(`${head.join("\r\n")}\r\n\r\n${body}`, () => socket.destroy());
}

function listenError(cause: unknown, { host, port }: Env): AppError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use. Stop the other program, or give another --port.`,
    EACCES: `Port ${port} needs more rights. Give a --port above 1023.`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Give another --host.`,
    ENOTFOUND: `The name ${host} is not known. Give another --host.`,
  };
  const reason = (typeof code === "string" && reasons[code]) || `Cannot listen on ${host}:${port}.`;
  return new AppError("unavailable", reason, { cause });
}

/**
 * Cuts connections without a request under way, or that never sent anything. Node's
 * closeIdleConnections() leaves those that never had a request, such as a browser opens in advance:
 * each would hold up the stop to the end, and keep its place.
 */
function trackConnections(server: Server): { cutIdle: () => void; cutSilent: () => void } {
  /** When each was opened. */
  const open = new Map<Socket, number>();
  const busy = new Set<Socket>();
  const isTls = "setSecureContext" in server;
  server.on(isTls ? "secureConnection" : "connection", (socket: Socket) => {
    open.set(socket, performance.now());
    socket.once("close", () => open.delete(socket));
  });
  server.on("request", ({ socket }, response) => {
    busy.add(socket);
    response.once("close", () => busy.delete(socket));
  });
  return {
    cutIdle: () => {
      for (const socket of open.keys()) if (!busy.has(socket)) socket.destroy();
    },
    cutSilent: () => {
      const beforeMs = performance.now() - SILENT_MS;
      for (const [socket, sinceMs] of open) {
        if (sinceMs > beforeMs) return;
        if (socket.bytesRead === 0) socket.destroy();
      }
    },
  };
}

async function stopListening(server: Server, cutIdle: () => void): Promise<void> {
  const closed = once(server, "close");
  server.close();
  cutIdle();
  const cut = sleep(DRAIN_MS, undefined, { ref: false }).then(() => server.closeAllConnections());
  await Promise.race([closed, cut]);
}

/** Serves `answer` over HTTP, or HTTPS where the settings ask for it. Throws AppError with words for the operator. */
export async function listen(
  env: Env,
  answer: RequestListener,
  options: ListenOptions,
): Promise<Listener> {
  const { onError } = options;
  const server = await createServer(env, answer, onError);
  const { cutIdle, cutSilent } = trackConnections(server);
  boundConnections(server, cutSilent, options);
  server.on("clientError", refuseUnread);
  server.listen({ host: env.host, port: env.port, backlog: BACKLOG });
  try {
    await once(server, "listening");
  } catch (cause) {
    throw listenError(cause, env);
  }
  // A broken connection is its client's trouble; without a listener it would end the process.
  server.on("error", onError);
  return { server, stop: () => stopListening(server, cutIdle) };
}
