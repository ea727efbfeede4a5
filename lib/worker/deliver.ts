import { Deliverer } from "#lib/automations/deliver.ts";
import { KINDS } from "#lib/webhooks/schema.ts";
import { selectQueue } from "#lib/webhooks/sql.ts";
import type { Job, JobContext } from "./job.ts";

/** The queue is counted, which reads a row of all that waits. */
const COUNT_EVERY_MS = 15_000;

/** Sends what waits to be delivered. Ends before receivers answer, so that no other job waits for them. */
export function deliver(): Job {
  let deliverer: Deliverer | undefined;
  let countedAtMs = Number.NEGATIVE_INFINITY;
  return {
    name: "deliver",
    everySeconds: 1,
    run: async (context) => {
      deliverer ??= new Deliverer(context);
      if (performance.now() - countedAtMs >= COUNT_EVERY_MS) {
        await countQueue(context);
        countedAtMs = performance.now();
      }
      await deliverer.begin();
    },
    end: async () => deliverer?.stop(),
  };
}

async function countQueue({ db, metrics }: JobContext): Promise<void> {
  const queue = await selectQueue(db);
  for (const kind of KINDS) {
    const found = queue.find((state) => state.kind === kind);
    // A series that begins with its first failure shows Prometheus no increase.
    metrics.deliveries.inc({ kind, outcome: "failed" }, 0);
    metrics.deliveriesWaiting.set({ kind }, found?.waiting ?? 0);
    metrics.deliveryAgeSeconds.set({ kind }, found?.oldestSeconds ?? 0);
  }
}
