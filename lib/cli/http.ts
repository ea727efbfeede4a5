import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { toApiError } from "#lib/http/api-error.ts";
import { CommandError, EXIT, type ExitCode } from "./exit-codes.ts";

/** Longer than any answer takes; shorter than people wait. */
const TIMEOUT_MS = 30_000;
/** For a change of everything at once, to which the server gives two minutes. */
export const HEAVY_TIMEOUT_MS = 150_000;
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export interface Server {
  /** Without a slash at its end. */
  address: string;
  token?: string;
  /** PEM. The reason why this is not fetch(), which takes no authority of one's own. */
  ca?: string;
}

export type Query = Record<string, string | number | boolean | undefined>;
export type Method = "GET" | "POST" | "PATCH" | "DELETE";

export interface AskOptions {
  query?: Query;
  body?: unknown;
  timeoutMs?: number;
}

const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_/;

/** How to mend a connection that failed, by the code that Node gives. */
function hintOf(code: string, address: string): string {
  if (code === "ECONNREFUSED") {
    return "Is the server running? bin/start starts one. --address names another.";
  }
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return "Check the name in --address.";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") {
    return "The certificate is for another name: use that one in --address.";
  }
  if (CERTIFICATE.test(code)) {
    return "Name its authority by --ca FILE (bin/start --tls-self-signed keeps it in .data/tls/ca.pem).";
  }
  if (code === "ABORT_ERR" || code === "TimeoutError") return "It took too long to answer.";
  const other = address.startsWith("https:") ? "http" : "https";
  return `Check --address; perhaps it speaks ${other}.`;
}

function unreachable(address: string, error: unknown): CommandError {
  const failure = error instanceof Error ? error : new Error(String(error));
  const code = "code" in failure && typeof failure.code === "string" ? failure.code : failure.name;
  const message = failure.message || code;
  return new CommandError(
    EXIT.failed,
    `${address} cannot be reached: ${message}`,
    hintOf(code, address),
    error,
  );
}

async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new Error("the answer is too large");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function open(
  server: Server,
  url: URL,
  init: { method: Method; signal: AbortSignal; text?: string },
) {
  const { text, ...options } = init;
  const headers: Record<string, string> = { Accept: "application/json" };
  if (server.token) headers.Authorization = `Bearer ${server.token}`;
  if (text !== undefined) headers["Content-Type"] = "application/json";
  const secure = url.protocol === "https:";
  const request = secure
    ? httpsRequest(url, { ...options, headers, agent: false, ca: server.ca })
    : httpRequest(url, { ...options, headers, agent: false });
  request.end(text);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return response;
}

async function exchange(
  server: Server,
  method: Method,
  url: URL,
  { body, timeoutMs = TIMEOUT_MS }: AskOptions,
) {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await open(server, url, { method, signal, text });
  return { status: response.statusCode ?? 0, text: await readBody(response) };
}

function urlOf({ address }: Server, path: string, query: Query): URL {
  const url = new URL(`${address}/api/v1${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== "") url.searchParams.set(name, String(value));
  }
  return url;
}

/** A file of any length, as it comes. Throws CommandError for every failure, also when it breaks off. */
export async function* download(
  server: Server,
  path: string,
  query: Query,
): AsyncGenerator<Buffer> {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(), TIMEOUT_MS);
  try {
    const { signal } = stalled;
    const response = await open(server, urlOf(server, path, query), { method: "GET", signal });
    const status = response.statusCode ?? 0;
    if (status !== 200) throw refusal(server, status, parse(await readBody(response)));
    for await (const chunk of response as AsyncIterable<Buffer>) {
      timer.refresh();
      yield chunk;
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw unreachable(server.address, error);
  } finally {
    clearTimeout(timer);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const EXIT_BY_STATUS: Record<number, ExitCode> = { 401: EXIT.signedOut, 404: EXIT.notFound };

function refusal(server: Server, status: number, body: unknown): CommandError {
  const { message, fields } = toApiError(status, body);
  const exitCode = EXIT_BY_STATUS[status] ?? EXIT.failed;
  if (status === 401 && /password reset/.test(message)) {
    const hint = `Open ${server.address} in a browser, which asks for it.`;
    return new CommandError(exitCode, "You must choose a new password first.", hint);
  }
  if (status === 401) {
    const hint = `Sign in: muster login --address ${server.address}`;
    return new CommandError(exitCode, `Not signed in to ${server.address}: ${message}`, hint);
  }
  const others = Object.entries(fields).filter(([, reason]) => reason !== message);
  const hint = others.map(([name, reason]) => `${name}: ${reason}`).join("\n");
  return Object.assign(new CommandError(exitCode, message, hint), { fields });
}

/**
 * Asks the REST API. Throws CommandError for every failure. The answer is a JSON object, which the
 * caller names the type of: the server holds its answers to its schemas.
 */
export async function ask<T>(
  server: Server,
  method: Method,
  path: string,
  options: AskOptions = {},
): Promise<T> {
  const url = urlOf(server, path, options.query ?? {});
  const { status, text } = await exchange(server, method, url, options).catch((error: unknown) => {
    throw unreachable(server.address, error);
  });
  const answer = parse(text);
  if (status >= 200 && status < 300 && typeof answer === "object" && answer !== null) {
    return answer as T;
  }
  if (answer === undefined) {
    const hint = "Check --address: something other than Muster seems to answer there.";
    throw new CommandError(EXIT.failed, `${url.origin} answered ${status} without JSON.`, hint);
  }
  throw refusal(server, status, answer);
}
