import { createAgentApp } from "#lib/agent/app.ts";
import { database, releaseDatabase } from "#lib/database.ts";
import { type Env, helpText, publishEnv, publishRuntime } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";
import { log } from "#lib/http/request-log.ts";
import { createMetrics } from "#lib/metrics.ts";
import { dispatch, type Mounts, withoutForwarded } from "#lib/server/dispatch.ts";
import { type Listener, listen } from "#lib/server/listener.ts";
import { createOperations } from "#lib/server/operations.ts";
import { ensureSecretKey } from "#lib/server/secret-key.ts";
import { openStorage } from "#lib/server/storage.ts";
import { startWorker } from "#lib/worker/worker.ts";

/** Draining, the last commits and the database's own stop together take a few seconds. */
const STOP_LIMIT_MS = 90_000;

/** What to undo at the stop, last begun first. */
const undo: (() => Promise<void>)[] = [];
let stopping = false;

async function startNext(env: Env): Promise<NonNullable<Mounts["web"]>> {
  const { default: next } = await import("next");
  const app = next({ dir: import.meta.dirname, dev: env.dev, hostname: env.host, port: env.port });
  await app.prepare();
  undo.push(() => app.close());
  const handle = app.getRequestHandler();
  return (req, res) =>
    void handle(req, res).catch((err: unknown) => {
      log().error({ err, path: req.url }, "request failed");
      res.destroy();
    });
}

async function start(env: Env): Promise<void> {
  const has = new Set(env.roles);
  const db = database();
  undo.push(releaseDatabase);
  const metrics = createMetrics();
  const isStopping = () => stopping;
  const operations = createOperations({ db, metrics, metricsToken: env.metricsToken, isStopping });
  const mounts: Mounts = { operations };
  if (has.has("worker")) {
    const worker = startWorker({ db, metrics, log: log() });
    undo.push(() => worker.stop());
  }
  if (has.has("agents")) {
    const agents = createAgentApp({ db, env, metrics, log: log() });
    await agents.start();
    undo.push(() => agents.stop());
    mounts.agents = agents;
  }
  if (has.has("web")) {
    const web = await startNext(env);
    mounts.web = env.trustProxy ? web : withoutForwarded(web);
  }
  const onError = (err: unknown) => log().error({ err }, "server");
  const listener: Listener = await listen(env, dispatch(mounts), onError);
  undo.push(() => listener.stop());
}

async function stop(code: number): Promise<void> {
  if (stopping) process.exit(1);
  stopping = true;
  setTimeout(() => process.exit(1), STOP_LIMIT_MS).unref();
  for (let step = undo.pop(); step; step = undo.pop()) {
    await step().catch((err: unknown) => log().error({ err }, "stop"));
  }
  process.exit(code);
}

function fail(error: unknown): void {
  if (isAppError(error)) console.error(`muster: ${error.message}`);
  else console.error(error);
  void stop(1);
}

async function main(argv: string[]): Promise<void> {
  if (argv.includes("--help")) {
    console.log(`Usage: npx tsx server.ts [OPTIONS]\n\n${helpText()}`);
    return;
  }
  const settings = publishEnv(argv);
  const serverPrivateKey = settings.serverPrivateKey.length
    ? undefined
    : await ensureSecretKey(settings.dataDir);
  const storage = await openStorage(settings);
  undo.push(storage.stop);
  void storage.ended.then(() => stopping || fail(new Error("The embedded database ended.")));
  const env = publishRuntime({ databaseUrl: storage.databaseUrl, serverPrivateKey });
  await start(env);
  log().info({ url: env.serverUrl, roles: env.roles }, "serving");
  process.send?.({ url: env.serverUrl });
}

process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));
// bin/start went away without a word.
process.on("disconnect", () => void stop(0));

main(process.argv.slice(2)).catch(fail);
