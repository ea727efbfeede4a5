import cluster from "node:cluster";
import { type Env, env, helpText, publishEnv, publishRuntime } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";
import { log } from "#lib/http/request-log.ts";
import { ensureSecretKey } from "#lib/server/secret-key.ts";
import { serve, type Undo } from "#lib/server/serving.ts";
import { sharedReport } from "#lib/server/shared-metrics.ts";
import { openStorage } from "#lib/server/storage.ts";
import { Workers } from "#lib/server/workers.ts";

/** Draining, the last commits and the database's own stop together take a few seconds. */
const STOP_LIMIT_MS = 90_000;

const undo: Undo = [];
let stopping = false;
const isStopping = () => stopping;

/** One process, which has everything, or the one that keeps the workers. */
async function startPrimary(argv: string[]): Promise<Env> {
  const settings = publishEnv(argv);
  const serverPrivateKey = settings.serverPrivateKey.length
    ? undefined
    : await ensureSecretKey(settings.dataDir);
  const storage = await openStorage(settings);
  undo.push(storage.stop);
  void storage.ended.then(() => stopping || fail(new Error("The embedded database ended.")));
  const published = publishRuntime({ databaseUrl: storage.databaseUrl, serverPrivateKey });
  if (published.workers === 1) {
    await serve({ env: published, undo, isStopping, report: (own) => () => own.metrics() });
    return published;
  }
  const workers = new Workers(log());
  undo.push(() => workers.stop());
  if (!(await workers.start(published.workers)) && !stopping) await stop(1);
  return published;
}

/** One of several. The primary has put all that it needs into the environment. */
async function startWorker(id: number): Promise<Env> {
  const settings = env();
  // Said of the server, and hosts come to all workers alike.
  const share = Math.ceil(settings.policyRolloutHostsPerSecond / settings.workers);
  const own = { ...settings, policyRolloutHostsPerSecond: share };
  await serve({ env: own, undo, isStopping, report: (registry) => sharedReport(registry, id) });
  return settings;
}

async function stop(code: number): Promise<void> {
  // A worker hears of Ctrl-C twice, from the terminal and from the primary.
  if (stopping && cluster.isPrimary) process.exit(1);
  if (stopping) return;
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
  const { serverUrl, roles, workers } = cluster.worker
    ? await startWorker(cluster.worker.id)
    : await startPrimary(argv);
  if (cluster.isPrimary) log().info({ url: serverUrl, roles, workers }, "serving");
  process.send?.({ url: serverUrl });
}

process.on("SIGINT", () => void stop(0));
process.on("SIGTERM", () => void stop(0));
// bin/start went away without a word.
process.on("disconnect", () => void stop(0));

main(process.argv.slice(2)).catch(fail);
