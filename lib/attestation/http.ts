import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import { requestToken } from "#lib/auth/authenticate.ts";
import { originOf } from "#lib/device/link.ts";
import { isAppError } from "#lib/errors.ts";
import { errorReply } from "#lib/http/errors.ts";
import { log, logOutage } from "#lib/http/request-log.ts";
import type { Asked } from "./answers.ts";
import type { Asker } from "./askers.ts";
import type { Attestor } from "./attestor.ts";
import { jsonReply, type Reply } from "./caching.ts";

const ATTEST = /^\/api\/v1\/muster\/attest\/([^/]+)$/;
/** By all names of the version. What is no plain id is told so by the route. */
const HOST = /^\/api\/(?:v1|latest|2022-04)\/fleet\/hosts\/([1-9]\d{0,8})$/;

/** The identifier of an ATTEST path; undefined for what is no text. */
function identifierOf(segment: string): string | undefined {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

type Answer = (attestor: Attestor, asker: Asker, asked: Asked) => Promise<Reply>;

/** What answers a path; undefined when it is another one, or no path at all. */
function answerOf(path: string): Answer | undefined {
  const id = HOST.exec(path)?.[1];
  if (id) return ({ hostPages }, asker, asked) => hostPages.page(asker, Number(id), asked);
  const identifier = identifierOf(ATTEST.exec(path)?.[1] ?? "");
  if (identifier) return (attestor, asker, asked) => attestor.attest(asker, identifier, asked);
  return undefined;
}

/** Node's headers in the shape of the web's. */
class NodeHeaders implements Pick<Headers, "get"> {
  private readonly headers: IncomingHttpHeaders;

  constructor(headers: IncomingHttpHeaders) {
    this.headers = headers;
  }

  get(name: string): string | null {
    const value = this.headers[name];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  }
}

function askedBy(headers: NodeHeaders, { socket }: IncomingMessage): Asked {
  const protocol = "encrypted" in socket && socket.encrypted ? "https:" : "http:";
  const origin = originOf(headers, { host: "", protocol });
  return { ifNoneMatch: headers.get("if-none-match"), origin };
}

function refusal(error: unknown): Reply {
  const { status, body, headers, unexpected } = errorReply(error);
  if (unexpected) log().error({ err: error, uuid: body.uuid });
  else if (status === 503 && !isAppError(error)) logOutage(error);
  return jsonReply(status, body, headers);
}

function finish(path: string, res: ServerResponse, { status, headers, body }: Reply): void {
  log().debug({ method: "GET", path, status });
  if (res.destroyed) return;
  if (body !== undefined) res.setHeader("Content-Length", Buffer.byteLength(body));
  res.writeHead(status, headers).end(body);
}

/**
 * GET /api/v1/muster/attest/{identifier}, and /api/v1/fleet/hosts/{id} with a bearer token, in front
 * of Next, which costs 30 times as much as the small answer itself. The routes under app/api answer
 * the same, and everything else about the paths; browsers, which have a cookie, also need the headers
 * that Next adds to all pages. The function says whether it took the request.
 */
export function attestationMount(attestor: Attestor) {
  return (req: IncomingMessage, res: ServerResponse): boolean => {
    if (req.method !== "GET") return false;
    const path = (req.url ?? "").split("?", 1)[0] ?? "";
    const answer = answerOf(path);
    if (!answer || (req.headers.authorization === undefined && HOST.test(path))) return false;
    const headers = new NodeHeaders(req.headers);
    const asker: Asker = { kind: "token", token: requestToken(headers) };
    answer(attestor, asker, askedBy(headers, req)).then(
      (reply) => finish(path, res, reply),
      (error) => finish(path, res, refusal(error)),
    );
    return true;
  };
}
