import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { log } from "#lib/http/request-log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { type AgentApp, createAgentApp } from "./app.ts";

const holder = globalThis as { musterAgents?: Promise<AgentApp> };

/**
 * The agent API for those who run Next without server.ts: started by the first agent that comes.
 * On globalThis, because Next loads this module once per bundle and two hosts caches would not
 * know of each other's commits.
 */
export function mountedAgents(): Promise<AgentApp> {
  holder.musterAgents ??= startAgents().catch((error: unknown) => {
    holder.musterAgents = undefined;
    throw error;
  });
  return holder.musterAgents;
}

async function startAgents(): Promise<AgentApp> {
  const app = createAgentApp({
    db: database("agents"),
    env: env(),
    metrics: createMetrics(),
    log: log(),
  });
  await app.start();
  return app;
}
