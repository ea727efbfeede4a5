import type { IncomingMessage, ServerResponse } from "node:http";
import { givenRequestId } from "#lib/request-id.ts";
import { type RequestSpan, type SpanAttributes, tracing } from "#lib/tracing.ts";
import type { AgentDispatcher, AgentRequest } from "./dispatcher.ts";
import type { AgentReply } from "./replies.ts";
import { routeLabel } from "./request-metrics.ts";

/**
 * Answers with the id that a load balancer gave the request, and as a span where traces are wanted.
 * Without either, as nearly always, it only passes the request on: agents get no ids of our own,
 * since nobody would ever quote one.
 */
export function respondObserved(
  dispatcher: AgentDispatcher,
  request: AgentRequest,
  { headers }: IncomingMessage,
  res: ServerResponse,
): AgentReply | Promise<AgentReply> {
  const requestId = givenRequestId(headers["x-request-id"]);
  if (requestId) {
    request.requestId = requestId;
    res.setHeader("X-Request-Id", requestId);
  }
  const span = spanOf(request, headers);
  if (!span) return dispatcher.respond(request);
  const answer = span.run(() => dispatcher.respond(request));
  const end = (reply: AgentReply) => span.end(reply.status, { "muster.outcome": reply.outcome });
  if (answer instanceof Promise) answer.then(end);
  else end(answer);
  return answer;
}

function spanOf(
  { route, requestId }: AgentRequest,
  headers: IncomingMessage["headers"],
): RequestSpan | undefined {
  const tracer = tracing();
  if (!tracer) return undefined;
  const name = routeLabel(route);
  const attributes: SpanAttributes = { "http.request.method": "POST", "http.route": name };
  if (requestId) attributes["muster.request_id"] = requestId;
  return tracer.agentSpan(`agent ${name}`, attributes, headers);
}
