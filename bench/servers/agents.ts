import { createAgentApp } from "#lib/agent/app.ts";
import { database, releaseDatabase } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { createLog } from "#lib/log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { serve } from "./listen.ts";

/** The agent API alone, as `--roles agents` runs it. */
const app = createAgentApp({
  db: database(),
  env: env(),
  metrics: createMetrics(),
  log: createLog("warn"),
});
await app.start();
serve(app.handle, async () => {
  await app.stop();
  await releaseDatabase();
});
