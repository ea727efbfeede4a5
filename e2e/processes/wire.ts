import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";

/** osquery's own limit for one exchange, from connecting to the last byte of the answer. */
const EXCHANGE_LIMIT_MS = 16_000;
/** After the first and the second failed attempt; the third is the last. */
const RETRY_WAITS_MS = [1_000, 4_000];

/** What osquery makes of an answer: it looks at the body alone, never at the status. */
export interface Heard {
  ok: boolean;
  nodeInvalid: boolean;
  status: number;
  json: any;
}

const NOTHING: Heard = { ok: false, nodeInvalid: false, status: 0, json: undefined };

function hear(status: number, text: string): Heard {
  try {
    const json = JSON.parse(text || "{}");
    const nodeInvalid = json.node_invalid === true;
    return { ok: !("error" in json) && !nodeInvalid, nodeInvalid, status, json };
  } catch {
    return { ...NOTHING, status };
  }
}

/** One exchange over a connection of its own, as osquery has it. Rejects when it breaks. */
export function exchange(url: string, body: string | Buffer): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const headers = {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(body),
    };
    const signal = AbortSignal.timeout(EXCHANGE_LIMIT_MS);
    const request = url.startsWith("https:") ? httpsRequest : httpRequest;
    // Certificates here are made by the tests themselves.
    const options = { method: "POST", agent: false, headers, signal, rejectUnauthorized: false };
    const req = request(url, options, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("error", reject);
      res.on("end", () => resolve(hear(res.statusCode ?? 0, Buffer.concat(chunks).toString())));
    });
    req.on("error", reject);
    req.end(body);
  });
}

const isTimeout = (error: unknown) => error instanceof Error && error.name === "AbortError";

/** A broken connection is tried once more, at once and without a word; a timeout is not. */
async function exchangeOrResend(url: () => string, body: string): Promise<Heard> {
  try {
    return await exchange(url(), body);
  } catch (error) {
    if (isTimeout(error)) return NOTHING;
    return exchange(url(), body).catch(() => NOTHING);
  }
}

export interface PostOptions {
  /** Asked before each attempt: a load balancer may choose another server. */
  url: () => string;
  body: string;
  /** Called with every failed attempt, and waits are cut short once it answers true. */
  onFailure: (heard: Heard) => boolean;
}

/** osquery's three attempts; the last answer when all fail. */
export async function postAsOsquery({ url, body, onFailure }: PostOptions): Promise<Heard> {
  for (const waitMs of [...RETRY_WAITS_MS, undefined]) {
    const heard = await exchangeOrResend(url, body);
    if (heard.ok || heard.nodeInvalid) return heard;
    if (onFailure(heard) || waitMs === undefined) return heard;
    await new Promise((resume) => setTimeout(resume, waitMs));
  }
  return NOTHING;
}
