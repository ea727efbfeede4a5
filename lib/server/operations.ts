import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sql } from "drizzle-orm";
import { Registry } from "prom-client";
import type { Database } from "#db/client.ts";
import { hashToken } from "../crypto.ts";

/** A load balancer gives up at about the same time. */
const HEALTH_LIMIT_MS = 2_000;
const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

type Answer = (req: IncomingMessage, res: ServerResponse) => void;

export function sendJson(res: ServerResponse, status: number, body: object): void {
  if (res.headersSent) return void res.end();
  res.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store" });
  res.end(JSON.stringify(body));
}

async function databaseAnswers(db: Database): Promise<boolean> {
  const limit = new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), HEALTH_LIMIT_MS).unref();
  });
  const answer = db.execute(sql`SELECT 1`).then(
    () => true,
    () => false,
  );
  return Promise.race([answer, limit]);
}

/** Without a token only this machine may read, and not through a proxy that runs on it. */
function mayReadMetrics(req: IncomingMessage, token: string): boolean {
  if (!token) {
    return LOOPBACK.has(req.socket.remoteAddress ?? "") && !req.headers["x-forwarded-for"];
  }
  const given = req.headers.authorization ?? "";
  return timingSafeEqual(hashToken(given), hashToken(`Bearer ${token}`));
}

/**
 * What operators and load balancers ask of a process in any role: /healthz (503 while it stops or
 * the database is away) and /metrics.
 */
export function createOperations(options: {
  db: Database;
  /** The text of /metrics. */
  report: () => Promise<string>;
  metricsToken: string;
  isStopping: () => boolean;
}): Record<string, Answer> {
  const { db, metricsToken, isStopping } = options;
  const health = async (res: ServerResponse) => {
    if (isStopping()) sendJson(res, 503, { error: "stopping" });
    else if (await databaseAnswers(db)) sendJson(res, 200, {});
    else sendJson(res, 503, { error: "the database does not answer" });
  };
  const sendReport = async (res: ServerResponse) => {
    const text = await options.report().catch(() => undefined);
    if (text === undefined) return sendJson(res, 503, { error: "metrics cannot be read" });
    res.writeHead(200, { "Content-Type": Registry.PROMETHEUS_CONTENT_TYPE });
    res.end(text);
  };
  return {
    "/healthz": (_req, res) => void health(res),
    "/metrics": (req, res) => {
      if (mayReadMetrics(req, metricsToken)) void sendReport(res);
      else
        sendJson(res, 401, { error: "--metrics-token is needed to read metrics from elsewhere" });
    },
  };
}
