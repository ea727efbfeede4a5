import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { sql } from "drizzle-orm";
import { Registry } from "prom-client";
import type { Database } from "#db/client.ts";
import { hashToken } from "../crypto.ts";

/** A load balancer gives up at about the same time. */
const HEALTH_LIMIT_MS = 2_000;
const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

type Answer = (req: IncomingMessage, res: ServerResponse) => unknown;

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

/** One question at a time, however many ask: nobody may take the connections by asking. */
function healthOf(db: Database): () => Promise<boolean> {
  let asking: Promise<boolean> | undefined;
  return () => {
    asking ??= databaseAnswers(db).finally(() => {
      asking = undefined;
    });
    return asking;
  };
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
 * What operators and load balancers ask of a process in any role. /healthz/ready, also as /healthz,
 * says whether to send it requests: not while it stops, nor while its database is away.
 * /healthz/live says whether it runs at all: who restarts it because the database is away only
 * makes it worse. /metrics is for Prometheus.
 */
export function createOperations(options: {
  db: Database;
  /** The text of /metrics. */
  report: () => Promise<string>;
  metricsToken: string;
  isStopping: () => boolean;
}): Record<string, Answer> {
  const { db, metricsToken, isStopping } = options;
  const isHealthy = healthOf(db);
  const ready: Answer = async (_req, res) => {
    if (isStopping()) sendJson(res, 503, { error: "stopping" });
    else if (await isHealthy()) sendJson(res, 200, {});
    else sendJson(res, 503, { error: "the database does not answer" });
  };
  const sendReport = async (res: ServerResponse) => {
    const text = await options.report().catch(() => undefined);
    if (text === undefined) return sendJson(res, 503, { error: "metrics cannot be read" });
    res.writeHead(200, { "Content-Type": Registry.PROMETHEUS_CONTENT_TYPE });
    res.end(text);
  };
  return {
    "/healthz": ready,
    "/healthz/ready": ready,
    "/healthz/live": (_req, res) => sendJson(res, 200, {}),
    "/metrics": (req, res) => {
      if (mayReadMetrics(req, metricsToken)) void sendReport(res);
      else
        sendJson(res, 401, { error: "--metrics-token is needed to read metrics from elsewhere" });
    },
  };
}
