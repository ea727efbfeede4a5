import cluster from "node:cluster";
import { AggregatorRegistry, type MetricObject, type Registry } from "prom-client";
import { answer, ask, type End } from "./channel.ts";

/** A process too busy to answer is left out; Prometheus sees its series end. */
const PART_LIMIT_MS = 2_000;
/** Prometheus itself gives up after ten seconds. */
const WHOLE_LIMIT_MS = 5_000;

/**
 * Workers share a port, so whichever is asked for /metrics answers for all of them. Each series is
 * labelled by its worker instead of being summed up: a sum falls when a worker dies, and rates
 * would take that for a restart of everything.
 */
export function sharedReport(registry: Registry, workerId: number): () => Promise<string> {
  registry.setDefaultLabels({ worker: workerId });
  answer(process, "metrics", () => registry.getMetricsAsJSON());
  return async () => String(await ask(process, "metrics of all", WHOLE_LIMIT_MS));
}

async function reportOfAll(): Promise<string> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected());
  const parts = workers.map((worker) => ask(worker as End, "metrics", PART_LIMIT_MS));
  const answers = await Promise.allSettled(parts);
  const metrics = answers.flatMap((part) =>
    part.status === "fulfilled" ? [part.value as MetricObject[]] : [],
  );
  if (metrics.length === 0) throw new Error("no worker tells its metrics");
  return AggregatorRegistry.aggregate(metrics).metrics();
}

/** In the primary: puts the workers' metrics together when this one asks for them. */
export function collectFor(worker: End): void {
  answer(worker, "metrics of all", reportOfAll);
}
