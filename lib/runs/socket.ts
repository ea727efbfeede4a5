import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { requireUser, viewerOf } from "#lib/auth/authenticate.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { UserViewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { badRequest, isAppError } from "#lib/errors.ts";
import { log } from "#lib/http/request-log.ts";
import { requireRun } from "./runs.ts";
import {
  errorMessage,
  resultMessage,
  type SocketMessage,
  statusMessage,
  totalsMessage,
} from "./socket-messages.ts";
import { selectRunHosts, updateStopped } from "./sql.ts";
import { totalsOf } from "./totals.ts";
import { follow, type Step } from "./watch.ts";

const PATH = /^\/api\/(?:v1|latest|2022-04)\/fleet\/results\/websocket$/;

const SOCKETS_MAX = 100;
/** A client says who it is and which campaign it wants, in messages this small and this soon. */
const MESSAGE_BYTES_MAX = 64 * 1024;
const HELLO_MS = 10_000;
const STATUS_INTERVAL_MS = 5_000;

export type ResultsSocket = ReturnType<typeof createResultsSocket>;

/**
 * The results of a campaign as fleetctl reads them: a plain websocket in front of Next, which has
 * none. The campaign ends with its listener, as nobody else will read it.
 */
export function createResultsSocket() {
  const server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_BYTES_MAX });
  return {
    handles: (path: string): boolean => PATH.test(path),
    upgrade: (req: IncomingMessage, socket: Duplex, head: Buffer): void => {
      if (server.clients.size >= SOCKETS_MAX) {
        socket.end("HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\n\r\n");
        return;
      }
      server.handleUpgrade(req, socket, head, (client) => void serve(client));
    },
  };
}

/** Resolves when the message is on its way, so that a slow client slows the reading. */
const send = (client: WebSocket, message: SocketMessage): Promise<void> =>
  new Promise((resolve, reject) =>
    client.send(JSON.stringify(message), (error) => (error ? reject(error) : resolve())),
  );

async function serve(client: WebSocket): Promise<void> {
  const gone = new AbortController();
  client.once("close", () => gone.abort());
  // It closes after an error, and that is heard.
  client.on("error", () => undefined);
  try {
    await converse(client, gone.signal);
  } catch (error) {
    if (!isAppError(error) && !gone.signal.aborted) log().error({ err: error }, "campaign");
    const text = isAppError(error) ? error.message : "The results could not be read.";
    await send(client, errorMessage(text)).catch(() => undefined);
  }
  client.close();
}

async function converse(client: WebSocket, gone: AbortSignal): Promise<void> {
  const messages = messagesOf(client, AbortSignal.any([gone, AbortSignal.timeout(HELLO_MS)]));
  const { token } = await messages.next("auth");
  const given = typeof token === "string" ? token : undefined;
  const viewer = requireUser(await viewerOf(given), given);
  const { campaign_id: id } = await messages.next("select_campaign");
  const run = await requireRun(viewer, Number.isInteger(id) ? Number(id) : 0);
  if (run.authorId !== viewer.id) {
    await send(client, errorMessage("Only the user who started a campaign may read its results."));
    return;
  }
  await send(client, totalsMessage(run));
  try {
    await sendResults(client, viewer, run.id, gone);
  } finally {
    await updateStopped(database(), run.id);
  }
}

async function sendResults(
  client: WebSocket,
  viewer: UserViewer,
  runId: number,
  gone: AbortSignal,
): Promise<void> {
  let saidAtMs = Number.NEGATIVE_INFINITY;
  const following = { viewer, runId, signal: gone, quietMs: STATUS_INTERVAL_MS };
  for await (const step of follow(following)) {
    if (step.kind === "hosts") {
      const { hostIds } = step;
      const scope = teamScope(step.viewer, "query:run");
      const paging = { limit: hostIds.length, offset: 0 };
      const rows = await selectRunHosts(database(), scope, runId, { hostIds }, paging);
      for (const row of rows) await send(client, resultMessage(row));
    }
    const isOver = step.kind === "over";
    if (!isOver && performance.now() - saidAtMs < STATUS_INTERVAL_MS) continue;
    saidAtMs = performance.now();
    await send(client, statusOf(step, isOver));
  }
}

function statusOf({ watch, viewer }: Step, isOver: boolean): SocketMessage {
  const hosts = watch.hostsOf(teamScope(viewer, "query:run"));
  const rowHosts = hosts.filter(({ rowCount }) => rowCount > 0).length;
  return statusMessage(totalsOf("query", hosts), rowHosts, isOver);
}

interface Expected extends Record<string, unknown> {
  token?: unknown;
  campaign_id?: unknown;
}

/** The client's messages one by one; `next` rejects when the wanted one does not come. */
function messagesOf(client: WebSocket, signal: AbortSignal) {
  const received: string[] = [];
  let wake = () => {};
  client.on("message", (data: RawData) => {
    // Two are expected; more are read and forgotten.
    if (received.length < 2) received.push(data.toString());
    wake();
  });
  signal.addEventListener("abort", () => wake());
  return {
    next: async (type: string): Promise<Expected> => {
      while (received.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return dataOf(received.shift(), type);
    },
  };
}

function dataOf(text: string | undefined, type: string): Expected {
  const message = parsed(text);
  if (message?.type === type && typeof message.data === "object" && message.data !== null) {
    return message.data as Expected;
  }
  throw badRequest(`expected a message of the type ${type}`);
}

function parsed(text: string | undefined): { type?: unknown; data?: unknown } | undefined {
  try {
    return JSON.parse(text ?? "") as { type?: unknown; data?: unknown };
  } catch {
    return undefined;
  }
}
