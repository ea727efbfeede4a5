import { join } from "node:path";
import { createAgentApp } from "#lib/agent/app.ts";
import { type Attestor, attestorOf } from "#lib/attestation/attestor.ts";
import { attestationMount } from "#lib/attestation/http.ts";
import { database, releaseDatabase } from "#lib/database.ts";
import type { Env } from "#lib/env.ts";
import { log } from "#lib/http/request-log.ts";
import { seedBuiltinLabels } from "#lib/labels/builtin.ts";
import { createMetrics, type Metrics } from "#lib/metrics.ts";
import { createResultsSocket } from "#lib/runs/socket.ts";
import { letFollowersGo } from "#lib/runs/watch.ts";
import { startWorker } from "#lib/worker/worker.ts";
import { dispatch, inFrontOf, type Mounts, withoutForwarded } from "./dispatch.ts";
import { listen } from "./listener.ts";
import { createOperations } from "./operations.ts";
import { watchPools } from "./pool-metrics.ts";
import { createUpgrades, type Upgrades } from "./upgrades.ts";

const ROOT = join(import.meta.dirname, "../..");

/** What is to be undone at the end, last begun first. */
export type Undo = (() => Promise<void>)[];

export interface ServingOptions {
  env: Env;
  /** Filled as things begin, so that a start that fails half-way is undone too. */
  undo: Undo;
  isStopping: () => boolean;
  /** The text of /metrics: of this process, or of all that share its port. */
  report: (registry: Metrics["registry"]) => () => Promise<string>;
}

async function startNext(
  env: Env,
  undo: Undo,
  { ofNext: httpServer }: Upgrades,
): Promise<NonNullable<Mounts["web"]>> {
  const { default: next } = await import("next");
  const { dev, host: hostname, port } = env;
  const app = next({ dir: ROOT, dev, hostname, port, httpServer });
  await app.prepare();
  undo.push(() => app.close());
  const handle = app.getRequestHandler();
  return (req, res) =>
    void handle(req, res).catch((err: unknown) => {
      // Without its address: links to My device are secrets.
      log().error({ err }, "request failed");
      res.destroy();
    });
}

/** Loaded where it is wanted alone: the packages take a third of a second and 15 MB. */
async function beginTracing(env: Env): Promise<() => Promise<void>> {
  const { startTracing } = await import("../tracing-sdk.ts");
  return startTracing({ log: log(), hasSampler: env.tracesSampler !== "" });
}

function countAnswers({ attestationAnswers }: Metrics, { answers }: Attestor): void {
  attestationAnswers.bind({ outcome: "hit" }, answers.tallies.hit);
  attestationAnswers.bind({ outcome: "miss" }, answers.tallies.miss);
}

/** Does in this process what the roles say, and resolves when it answers requests. */
export async function serve({ env, undo, isStopping, report }: ServingOptions): Promise<void> {
  const has = new Set(env.roles);
  if (env.otlpEndpoint) undo.push(await beginTracing(env));
  const db = database();
  undo.push(releaseDatabase);
  await seedBuiltinLabels(db);
  const metrics = createMetrics();
  watchPools(metrics);
  const { metricsToken } = env;
  const operations = createOperations({
    db: database("health"),
    report: report(metrics.registry),
    metricsToken,
    isStopping,
  });
  const mounts: Mounts = { operations };
  const upgrades = createUpgrades(createResultsSocket(), env.dev);
  if (has.has("worker")) {
    const worker = startWorker({ db: database("worker"), metrics, log: log() });
    undo.push(() => worker.stop());
  }
  if (has.has("agents")) {
    const agents = createAgentApp({ db: database("agents"), env, metrics, log: log() });
    await agents.start();
    undo.push(() => agents.stop());
    mounts.agents = agents;
  }
  if (has.has("web")) {
    const attestor = attestorOf(db);
    countAnswers(metrics, attestor);
    const web = inFrontOf(await startNext(env, undo, upgrades), attestationMount(attestor));
    mounts.web = env.trustProxy ? web : withoutForwarded(web);
  }
  const onError = (err: unknown) => log().error({ err }, "server");
  const onDrop = () => metrics.connectionsDropped.inc();
  const listener = await listen(env, dispatch(mounts, metrics), { onError, onDrop });
  if (has.has("web")) listener.server.on("upgrade", upgrades.handle);
  undo.push(() => listener.stop());
  // Their requests would hold the listener up to its last second.
  undo.push(async () => letFollowersGo());
}
