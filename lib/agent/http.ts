import type { IncomingMessage, ServerResponse } from "node:http";
import type { Metrics } from "#lib/metrics.ts";
import type { Admission } from "./admission.ts";
import type { AgentDispatcher } from "./dispatcher.ts";
import { BODY_BYTES_MAX } from "./input.ts";
import { respondObserved } from "./observed-request.ts";
import type { AgentReply } from "./replies.ts";
import { type Outcome, RequestMetrics } from "./request-metrics.ts";

const PREFIXES = ["/api/osquery/", "/api/v1/osquery/"];
/** Read to the end and thrown away up to here; beyond, the connection is cut. */
const DRAIN_BYTES_MAX = 128 * 1024 * 1024;

/** The route of an agent's path, or undefined when the path is not an agent's. */
export function agentRoute(path: string): string | undefined {
  const prefix = PREFIXES.find((one) => path.startsWith(one));
  return prefix && path.slice(prefix.length).replace(/\/$/, "");
}

/** The mount in front of Next: node's request and response, nothing in between. */
export function nodeHandler(dispatcher: AgentDispatcher, admission: Admission, metrics: Metrics) {
  const requests = new RequestMetrics(metrics);
  return (req: IncomingMessage, res: ServerResponse): void => {
    const startedAt = performance.now();
    const route = agentRoute((req.url ?? "").split("?", 1)[0] ?? "") ?? "";
    const count = (outcome: Outcome) =>
      requests.count(route, outcome, (performance.now() - startedAt) / 1000);
    // From when on its answer counts it, whether or not the agent hears it.
    let isLookedAt = false;
    const finish = (answer: AgentReply) => {
      isLookedAt = true;
      send(res, answer);
      count(answer.outcome);
    };
    const refusal = admission.enter(route);
    const body = new IncomingBody(req, admission);
    let isQueued = false;
    let isGone = false;
    res.on("close", () => {
      isGone = true;
      if (!isLookedAt) count("aborted");
      if (refusal) return;
      body.letGo();
      if (!isQueued) admission.leave();
    });
    if (refusal) {
      // Not before it has all come: who still writes when the connection ends never reads its answer.
      body.throwAway(() => finish(refusal));
      return;
    }
    const answer = () => {
      isLookedAt = true;
      const request = {
        route,
        body: body.take(),
        gzip: req.headers["content-encoding"] === "gzip",
        hold: (bytes: number) => body.hold(bytes),
        authorization: req.headers.authorization,
      };
      const reply = respondObserved(dispatcher, request, req, res);
      if (reply instanceof Promise) reply.then(finish);
      else finish(reply);
    };
    body.read(() => {
      if (body.isRefused) return finish(admission.refuse(route, "bytes"));
      isQueued = true;
      admission.work(() => {
        isQueued = false;
        // Who has left while it waited comes again: an answer would be to nobody.
        if (isGone) admission.leave();
        else answer();
      });
    });
  };
}

/** A body within its own bound and that of all bodies together. */
class IncomingBody {
  /** It is thrown away, and may come again: for one, because all bodies together are too large. */
  isRefused = false;
  private chunks: Buffer[] = [];
  private bytes = 0;
  private heldBytes = 0;
  private readonly req: IncomingMessage;
  private readonly admission: Admission;

  constructor(req: IncomingMessage, admission: Admission) {
    this.req = req;
    this.admission = admission;
  }

  /** Calls back when it has all come. */
  read(done: () => void): void {
    this.req.on("data", (chunk: Buffer) => {
      this.bytes += chunk.length;
      if (this.bytes <= BODY_BYTES_MAX && this.hold(chunk.length)) this.chunks.push(chunk);
      else this.letGo();
      if (this.bytes > DRAIN_BYTES_MAX) this.req.destroy();
    });
    this.req.on("end", done);
    // A client that went away needs no answer, and must not end the process.
    this.req.on("error", () => undefined);
  }

  /** As `read`, without keeping any of it. */
  throwAway(done: () => void): void {
    this.isRefused = true;
    this.read(done);
  }

  /** Once; undefined when it is longer, and has been thrown away. */
  take(): Buffer | undefined {
    if (this.bytes > BODY_BYTES_MAX) return undefined;
    const body = Buffer.concat(this.chunks);
    this.chunks = [];
    return body;
  }

  /** What still waits to be read is thrown away too. */
  letGo(): void {
    this.chunks = [];
    this.admission.letGo(this.heldBytes);
    this.heldBytes = 0;
  }

  /** Until `letGo`. */
  hold(bytes: number): boolean {
    this.isRefused ||= !this.admission.hold(bytes);
    if (!this.isRefused) this.heldBytes += bytes;
    return !this.isRefused;
  }
}

function send(res: ServerResponse, answer: AgentReply): void {
  if (res.writableEnded || res.destroyed) return;
  res.writeHead(answer.status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(answer.body),
  });
  res.end(answer.body);
}

/** As readBody, of a web request. */
async function bytesOf(request: Request): Promise<Buffer | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes <= BODY_BYTES_MAX) chunks.push(chunk);
    else chunks.length = 0;
    if (bytes > DRAIN_BYTES_MAX) break;
  }
  return bytes > BODY_BYTES_MAX ? undefined : Buffer.concat(chunks);
}

/** The mount under Next, for `next dev` and those who run Next alone: 20 times slower, same bytes. */
export async function webHandler(dispatcher: AgentDispatcher, request: Request): Promise<Response> {
  const answer = await dispatcher.respond({
    route: agentRoute(new URL(request.url).pathname) ?? "",
    body: await bytesOf(request),
    gzip: request.headers.get("content-encoding") === "gzip",
    // Next counts no bodies either.
    hold: () => true,
    authorization: request.headers.get("authorization") ?? undefined,
  });
  return new Response(answer.body, {
    status: answer.status,
    headers: { "Content-Type": "application/json" },
  });
}
