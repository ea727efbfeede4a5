import type { IncomingMessage, ServerResponse } from "node:http";
import { requestToken, requireSetUp, requireUser } from "#lib/auth/authenticate.ts";
import { originOf } from "#lib/device/link.ts";
import { isAppError } from "#lib/errors.ts";
import { identifierParams } from "#lib/hosts/schema.ts";
import { errorReply } from "#lib/http/errors.ts";
import { badInput, parseInput } from "#lib/http/parse.ts";
import { log, logOutage } from "#lib/http/request-log.ts";
import type { Attestor } from "./attestor.ts";
import { jsonReply, type Reply } from "./caching.ts";

const PATH = /^\/api\/v1\/muster\/attest\/([^/]+)$/;

/** The identifier that a path asks for; undefined when it is another path, or no path at all. */
function identifierOf(path: string): string | undefined {
  const [, segment] = PATH.exec(path) ?? [];
  try {
    return segment && decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}

/** Node's headers in the shape of the web's. */
const headersOf = (req: IncomingMessage): Pick<Headers, "get"> => ({
  get: (name) => {
    const value = req.headers[name];
    return Array.isArray(value) ? value.join(", ") : (value ?? null);
  },
});

async function answer(attestor: Attestor, req: IncomingMessage, path: string): Promise<Reply> {
  const headers = headersOf(req);
  const token = requestToken(headers);
  const viewer = await attestor.viewerOf(token);
  if (!viewer) await requireSetUp();
  const user = requireUser(viewer, token);
  const params = { identifier: identifierOf(path) };
  const { identifier } = parseInput(identifierParams, params, badInput);
  const protocol = "encrypted" in req.socket && req.socket.encrypted ? "https:" : "http:";
  const origin = originOf(headers, { host: "", protocol });
  return attestor.attest(user, identifier, { ifNoneMatch: headers.get("if-none-match"), origin });
}

function refusal(error: unknown): Reply {
  const { status, body, headers, unexpected } = errorReply(error);
  if (unexpected) log().error({ err: error, uuid: body.uuid });
  else if (status === 503 && !isAppError(error)) logOutage(error);
  return jsonReply(status, body, headers);
}

function send(res: ServerResponse, { status, headers, body }: Reply): void {
  if (res.destroyed) return;
  res.writeHead(
    status,
    body === undefined ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) },
  );
  res.end(body);
}

/**
 * GET /api/v1/muster/attest/{identifier} in front of Next, which costs 30 times as much as the
 * answer itself; the route under app/api answers the same, and everything else about the path.
 */
export function attestationMount(attestor: Attestor) {
  return {
    handles: (method: string, path: string): boolean =>
      method === "GET" && identifierOf(path) !== undefined,
    handle: (req: IncomingMessage, res: ServerResponse): void => {
      const path = (req.url ?? "").split("?", 1)[0] ?? "";
      answer(attestor, req, path)
        .catch(refusal)
        .then((reply) => {
          send(res, reply);
          log().debug({ method: req.method, path, status: reply.status });
        });
    },
  };
}
