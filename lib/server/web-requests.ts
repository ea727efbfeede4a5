import type { IncomingMessage, ServerResponse } from "node:http";
import type { Buckets, Tally } from "../bound-metrics.ts";
import type { Metrics } from "../metrics.ts";
import { requestIdOf, withRequestId } from "../request-id.ts";
import { tracing } from "../tracing.ts";
import { webRoute } from "./web-routes.ts";

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Counts requests by route and outcome, both of which are few. */
class WebMetrics {
  private readonly byRoute = new Map<string, { seconds: Buckets; outcomes: Map<string, Tally> }>();
  private readonly metrics: Metrics;

  constructor(metrics: Metrics) {
    this.metrics = metrics;
  }

  count(route: string, outcome: string, seconds: number): void {
    const known = this.byRoute.get(route) ?? this.addRoute(route);
    known.seconds.observe(seconds);
    const tally = known.outcomes.get(outcome) ?? this.metrics.webRequests.bind({ route, outcome });
    known.outcomes.set(outcome, tally);
    tally.inc();
  }

  private addRoute(route: string) {
    const seconds = this.metrics.webSeconds.bind({ route });
    const added = { seconds, outcomes: new Map<string, Tally>() };
    this.byRoute.set(route, added);
    return added;
  }
}

/** The class of the status; a client that went away before its answer is nobody's failure. */
const outcomeOf = (res: ServerResponse): string =>
  res.writableFinished ? `${Math.floor(res.statusCode / 100)}xx` : "aborted";

/**
 * Gives each request to `answer` an id, which is in its answer and in the lines of the log, counts
 * it, and makes it a span where traces are wanted.
 */
export function observed(answer: Answer, metrics: Metrics): Answer {
  const requests = new WebMetrics(metrics);
  return (req, res) => {
    const startedAtMs = performance.now();
    const route = webRoute((req.url ?? "").split("?", 1)[0] ?? "");
    const requestId = requestIdOf(req.headers["x-request-id"]);
    req.headers["x-request-id"] = requestId;
    res.setHeader("X-Request-Id", requestId);
    const method = METHODS.has(req.method ?? "") ? (req.method ?? "") : "_OTHER";
    const attributes = {
      "http.request.method": method,
      "http.route": route,
      "muster.request_id": requestId,
    };
    const span = tracing()?.requestSpan(`${method} ${route}`, attributes, req.headers);
    res.once("close", () => {
      requests.count(route, outcomeOf(res), (performance.now() - startedAtMs) / 1000);
      span?.end(res.statusCode);
    });
    if (span) span.run(() => withRequestId(requestId, () => answer(req, res)));
    else withRequestId(requestId, () => answer(req, res));
  };
}
