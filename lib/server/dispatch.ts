import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from "node:http";
import type { Metrics } from "../metrics.ts";
import { sendJson } from "./operations.ts";
import { observed } from "./web-requests.ts";

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

const AGENT_PATH = /^\/api\/(?:v1\/)?osquery\//;

/** Plain functions over node's requests, for some paths. */
interface Mount {
  handles: (method: string, path: string, headers: IncomingHttpHeaders) => boolean;
  handle: Answer;
}

export interface Mounts {
  /** The agent API, in a process that has this role. */
  agents?: Mount;
  operations: Record<string, Answer>;
  /** What serves people and gateways, in a process that has the role web. */
  web?: Answer;
}

export const pathOf = (req: IncomingMessage): string => (req.url ?? "").split("?", 1)[0] ?? "";

const FORWARDED = [
  "forwarded",
  "true-client-ip",
  "x-real-ip",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-port",
  "x-forwarded-proto",
];

/**
 * Drops what only a load balancer may say: whoever reaches the server directly could otherwise
 * choose the address that sign-ins are counted by. Next then fills these in from the socket.
 */
export function withoutForwarded(answer: Answer): Answer {
  return (req, res) => {
    for (const name of FORWARDED) delete req.headers[name];
    answer(req, res);
  };
}

/** What `take` answers, and says so, does not reach `rest`, which is Next and costs 30 times as much. */
export function inFrontOf(
  rest: Answer,
  take: (req: IncomingMessage, res: ServerResponse) => boolean,
): Answer {
  return (req, res) => {
    if (!take(req, res)) rest(req, res);
  };
}

/**
 * The order in which a request is looked at: the agent API, the operator's endpoints, Next. Agents
 * come first because they are nearly all of the traffic and Next costs 30 times as much.
 */
export function dispatch(
  { agents, operations, ...rest }: Mounts,
  metrics: Metrics,
): RequestListener {
  const web = rest.web && observed(rest.web, metrics);
  return (req, res) => {
    const path = pathOf(req);
    if (agents?.handles(req.method ?? "", path, req.headers)) return agents.handle(req, res);
    const operation = operations[path];
    if (operation) return operation(req, res);
    // With the key "error" an agent keeps its results and tries again; without it they would be lost.
    if (AGENT_PATH.test(path)) return sendJson(res, 404, { error: "no agent API at this address" });
    if (web) return web(req, res);
    sendJson(res, 404, {
      message: "Resource Not Found",
      errors: [{ name: "base", reason: "This process does not serve the console or its API." }],
    });
  };
}
