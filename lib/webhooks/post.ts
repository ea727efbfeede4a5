import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { AddressRefused, guardedLookup, literalProblem } from "./addresses.ts";
import { type Outcome, outcomeOf } from "./retry.ts";

/** A receiver that only queues what it gets needs far less. */
export const ANSWER_MS_MAX = 10_000;
/** Of the answer, for people to see why it refused. */
const ANSWER_BYTES_MAX = 4_096;
const ANSWER_CHARACTERS_SHOWN = 200;

export interface Post {
  url: string;
  headers: Record<string, string>;
  body: string;
  allowsPrivate: boolean;
  /** Ends it in the middle: the process stops. */
  signal?: AbortSignal;
  answerMsMax?: number;
}

/**
 * One attempt. Node's own client, because it follows no redirect and lets the address be looked at
 * before it connects; fetch does neither. Never throws, and says nothing of the URL, which may be a
 * secret.
 */
export async function post(input: Post): Promise<Outcome> {
  const url = new URL(input.url);
  const problem = literalProblem(url, input.allowsPrivate);
  if (problem) return { kind: "refused", error: problem };
  const timeout = AbortSignal.timeout(input.answerMsMax ?? ANSWER_MS_MAX);
  const signal = input.signal ? AbortSignal.any([timeout, input.signal]) : timeout;
  try {
    const answer = await exchange(url, input, signal);
    const said = await beginningOf(answer);
    return outcomeOf(answer.statusCode ?? 0, answer.headers["retry-after"], said);
  } catch (error) {
    if (error instanceof AddressRefused) return { kind: "refused", error: error.message };
    const seconds = (input.answerMsMax ?? ANSWER_MS_MAX) / 1000;
    const reason = timeout.aborted ? `No answer within ${seconds} s` : reasonOf(error);
    return { kind: "failed", error: reason };
  }
}

function exchange(url: URL, input: Post, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const request = send(url, {
      method: "POST",
      // A connection of its own: one that is kept would be to an address looked at long ago.
      agent: false,
      lookup: guardedLookup(input.allowsPrivate),
      signal,
      headers: { ...input.headers, "content-length": Buffer.byteLength(input.body) },
    });
    request.on("response", resolve);
    request.on("error", reject);
    request.end(input.body);
  });
}

/** The start of an answer in one line; the rest is not read. */
async function beginningOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of answer) {
      pieces.push(piece);
      bytes += piece.length;
      if (bytes >= ANSWER_BYTES_MAX) break;
    }
  } catch {
    // Cut off within the answer: its status says all that counts.
  }
  answer.destroy();
  const text = Buffer.concat(pieces).subarray(0, ANSWER_BYTES_MAX).toString("utf8");
  return text.replace(/\s+/g, " ").trim().slice(0, ANSWER_CHARACTERS_SHOWN);
}

/** What Node says of a connection: "connect ECONNREFUSED 10.0.0.5:443". Never the path. */
function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
