import http from "node:http";
import https from "node:https";
import type { Gate } from "./gate.ts";

export type JsonObject = Record<string, unknown>;

/** How an agent sees a response: HTTP status is never looked at, only the body decides. */
export type Reply =
  | { kind: "ok"; body: JsonObject }
  | { kind: "node-invalid"; reason: string }
  | { kind: "failed"; reason: string };

export interface Transport {
  /** One POST as osquery sends it. Never throws, except that an abort rejects with its reason. */
  post(path: string, body: JsonObject, caller: Caller): Promise<Reply>;
}

export interface Caller {
  nodeKey: string;
  osqueryVersion: string;
  signal: AbortSignal;
}

export interface TransportOptions {
  serverUrl: string;
  /** PEM; the only trust store then, as with `--tls_server_certs`. */
  ca?: string;
  gate: Gate;
}

/** osquery's budget for connect, TLS, upload, the server's work and the answer. Not configurable. */
const exchangeMillisecondsMax = 16_000;
const responseBytesMax = 8 * 1024 ** 2;

class ExchangeTimeout extends Error {}

export function createTransport({ serverUrl, ca, gate }: TransportOptions): Transport {
  const base = new URL(serverUrl);
  const client = base.protocol === "https:" ? https : http;

  const exchange = (path: string, payload: Buffer, caller: Caller): Promise<string> =>
    new Promise((resolve, reject) => {
      const options = {
        method: "POST",
        // osquery opens a new connection for every request.
        agent: false as const,
        ca,
        signal: caller.signal,
        headers: headersOf(payload, caller),
      };
      const request = client.request(new URL(path, base), options, (response) => {
        readBody(response).then(resolve, reject);
      });
      const timer = setTimeout(
        () => request.destroy(new ExchangeTimeout("timed out")),
        exchangeMillisecondsMax,
      );
      request.on("close", () => clearTimeout(timer));
      request.on("error", reject);
      request.end(payload);
    });

  /** Any error but a timeout is sent again at once, even if the server had taken the first. */
  const exchangeTwice = async (path: string, payload: Buffer, caller: Caller) => {
    try {
      return await exchange(path, payload, caller);
    } catch (error) {
      if (caller.signal.aborted || error instanceof ExchangeTimeout) throw error;
      return await exchange(path, payload, caller);
    }
  };

  return {
    post: async (path, body, caller) => {
      const payload = Buffer.from(JSON.stringify(body));
      try {
        return judge(await gate.run(() => exchangeTwice(path, payload, caller)));
      } catch (error) {
        caller.signal.throwIfAborted();
        return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
      }
    },
  };
}

function headersOf(payload: Buffer, { nodeKey, osqueryVersion }: Caller) {
  return {
    "Content-Type": "application/json",
    Accept: "application/json",
    "User-Agent": `osquery/${osqueryVersion}`,
    "Content-Length": payload.length,
    ...(nodeKey && sendsKeyInHeader(osqueryVersion) && { Authorization: `NodeKey ${nodeKey}` }),
  };
}

/** Since 5.23.0; older agents send the key in the body only. */
function sendsKeyInHeader(osqueryVersion: string): boolean {
  const [major = 0, minor = 0] = osqueryVersion.split(".").map(Number);
  return major > 5 || (major === 5 && minor >= 23);
}

async function readBody(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > responseBytesMax) throw new Error("response body too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** An empty body is success; JSON that is no object is undefined in osquery and fails here. */
export function judge(text: string): Reply {
  let body: unknown;
  try {
    body = text === "" ? {} : JSON.parse(text);
  } catch {
    return { kind: "failed", reason: "response is not JSON" };
  }
  if (!isObject(body)) return { kind: "failed", reason: "response is not a JSON object" };
  if (body.node_invalid === true) {
    return { kind: "node-invalid", reason: String(body.error ?? "node invalid") };
  }
  if ("error" in body) return { kind: "failed", reason: String(body.error) };
  return { kind: "ok", body };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
