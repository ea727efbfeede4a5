import { isOutage } from "#db/outage.ts";
import type { Tally } from "#lib/bound-metrics.ts";
import { hashedKey } from "#lib/crypto.ts";
import type { Log } from "#lib/log.ts";
import type { Metrics } from "#lib/metrics.ts";
import { OnceAMinute } from "#lib/once-a-minute.ts";
import { withRequestId } from "#lib/request-id.ts";
import { crowdOf } from "#lib/too-many.ts";
import type { Admission } from "./admission.ts";
import type { HostCache } from "./host-cache.ts";
import type { HostEntry } from "./host-entry.ts";
import { inflate, isTooDense, type Json, nodeKeyOf, parseBody } from "./input.ts";
import { type AgentReply, BUSY, failure, MISSING_KEY, SKIPPED, UNKNOWN_KEY } from "./replies.ts";

export interface AgentRequest {
  /** Path below the prefix, e.g. distributed/read. */
  route: string;
  /** undefined: longer than BODY_BYTES_MAX. */
  body: Buffer | undefined;
  gzip: boolean;
  /** Whether it may hold so many more bytes, which it does once they are inflated. */
  hold: (bytes: number) => boolean;
  authorization: string | undefined;
  /** As a load balancer gave it. */
  requestId?: string;
}

type Answer = AgentReply | Promise<AgentReply>;
/** A route for enrolled hosts. */
export type HostHandler = (entry: HostEntry, body: Json) => Answer;

export interface AgentRoutes {
  enroll: (body: Json) => Answer;
  ofHosts: Readonly<Record<string, HostHandler>>;
}

export interface AgentDispatcherOptions {
  routes: AgentRoutes;
  cache: HostCache;
  admission: Admission;
  metrics: Metrics;
  log: Log;
}

/** Here a body that is wrong for good must be acknowledged, or it comes back for ever. */
const RESENT_FOR_EVER: ReadonlySet<string> = new Set(["distributed/write", "log"]);

/** From a request to its handler: body, authentication, errors. Knows nothing of sockets. */
export class AgentDispatcher {
  private readonly routes: AgentRoutes;
  private readonly cache: HostCache;
  private readonly admission: Admission;
  private readonly metrics: Metrics;
  private readonly hits: Tally;
  private readonly log: Log;
  /** One line tells of an outage, or of bodies that nobody can take; the metrics count all requests. */
  private readonly outages = new OnceAMinute();
  private readonly failures = new OnceAMinute();
  private readonly badInputs = new OnceAMinute();

  constructor(options: AgentDispatcherOptions) {
    const { routes, cache, admission, metrics, log } = options;
    this.routes = routes;
    this.cache = cache;
    this.admission = admission;
    this.metrics = metrics;
    this.hits = metrics.hostCacheHits.bind({ outcome: "hit" });
    this.log = log;
  }

  /** The answer; a promise only where a look-up or a commit has to be waited for. Never throws. */
  respond(request: AgentRequest): Answer {
    // Whoever waits for an answer does not keep the body.
    const { route, requestId } = request;
    const onError = (err: unknown) => this.onError(route, requestId, err);
    try {
      const answer = this.dispatch(request);
      return answer instanceof Promise ? answer.catch(onError) : answer;
    } catch (err) {
      return onError(err);
    }
  }

  private dispatch(request: AgentRequest): Answer {
    const { route } = request;
    // Not a bare look-up: agents choose the path, and every object has a "constructor".
    const { ofHosts } = this.routes;
    const handler = Object.hasOwn(ofHosts, route) ? ofHosts[route] : undefined;
    if (!handler && route !== "enroll") return failure(404, `no such path: ${route.slice(0, 100)}`);
    if (!request.body) return this.badInput(route, "too_large", "the body is too large");
    const bytes = request.gzip ? inflate(request.body) : request.body;
    if (!bytes) return this.badInput(route, "bad_gzip", "the body is no gzip, or too large");
    if (request.gzip && !request.hold(bytes.length)) return this.admission.refuse(route, "bytes");
    if (isTooDense(bytes))
      return this.badInput(route, "too_large", "the body has too many objects");
    const body = parseBody(bytes);
    if (!body) return this.badInput(route, "bad_json", "the body is not a JSON object");
    if (!handler) return this.routes.enroll(body);
    const nodeKey = nodeKeyOf(body, request.authorization);
    if (!nodeKey) return MISSING_KEY;
    const key = hashedKey(nodeKey);
    const entry = this.cache.peek(key);
    if (!entry) return this.dispatchAfterLookup(key, handler, body);
    this.hits.inc();
    return handler(entry, body);
  }

  private async dispatchAfterLookup(
    key: string,
    handler: HostHandler,
    body: Json,
  ): Promise<AgentReply> {
    const entry = await this.cache.find(key);
    this.metrics.hostCacheHits.inc({ outcome: entry ? "miss" : "unknown" });
    return entry ? handler(entry, body) : UNKNOWN_KEY;
  }

  private badInput(route: string, reason: string, text: string): AgentReply {
    this.metrics.agentInputs.inc({ reason });
    const requests = this.badInputs.happened();
    if (requests > 0)
      this.log.warn({ route, reason, requests }, `what an agent sent is not taken: ${text}`);
    return RESENT_FOR_EVER.has(route) ? SKIPPED : failure(400, text);
  }

  /** Whatever fails in us is tried again by the agent: never node_invalid, never success. */
  private onError(route: string, requestId: string | undefined, err: unknown): AgentReply {
    const crowd = crowdOf(err);
    if (crowd) return this.admission.refuse(route, crowd);
    const reason = isOutage(err) ? "outage" : "failure";
    const tell = () => this.logFailure(reason, route, err);
    if (requestId) withRequestId(requestId, tell);
    else tell();
    if (reason === "outage") return BUSY;
    return failure(500, "the server could not do this, try again");
  }

  private logFailure(kind: "outage" | "failure", route: string, err: unknown): void {
    const requests = (kind === "outage" ? this.outages : this.failures).happened();
    if (requests === 0) return;
    if (kind === "outage") this.log.warn({ err, route, requests }, "agents are told to come again");
    else this.log.error({ err, route, requests }, "agent requests failed");
  }
}
