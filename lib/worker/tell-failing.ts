import { takeNews } from "#lib/automations/news.ts";
import { type ChosenPolicy, selectChosen, selectMarks } from "#lib/automations/sql.ts";
import { readSettings } from "#lib/settings/settings.ts";
import type { Job } from "./job.ts";

/** Counts tell nearly always that hosts have changed; this finds the rest. */
const LOOK_AGAIN_MS = 30_000;

/**
 * Finds hosts that newly fail a policy with a webhook, and writes the deliveries that tell of them.
 * With no such policy it is one statement that finds nothing. A policy is looked at when its counts
 * have moved, because looking reads all of its failing hosts; counts stand still when as many hosts of
 * a commit begin to fail as cease to, hence LOOK_AGAIN_MS.
 */
export function tellFailing(): Job {
  const looked = new Map<number, { mark: string | undefined; atMs: number }>();
  return {
    name: "tell of failing hosts",
    everySeconds: 1,
    run: async ({ db, isOver }) => {
      const chosen = await selectChosen(db);
      const ids = chosen.map(({ policyId }) => policyId);
      for (const id of looked.keys()) if (!ids.includes(id)) looked.delete(id);
      if (ids.length === 0) return;
      const { webhookIntervalSeconds } = await readSettings(db);
      const marks = await selectMarks(db, ids);
      const isNews = ({ policyId, isArmed, toldAgoSeconds }: ChosenPolicy): boolean => {
        if (toldAgoSeconds !== null && toldAgoSeconds < webhookIntervalSeconds) return false;
        const last = looked.get(policyId);
        const isLookedAt = last !== undefined && last.mark === marks.get(policyId) && isArmed;
        return !isLookedAt || performance.now() - last.atMs >= LOOK_AGAIN_MS;
      };
      for (const { policyId } of chosen.filter(isNews)) {
        while (!isOver() && (await takeNews(db, policyId)));
        if (isOver()) return;
        looked.set(policyId, { mark: marks.get(policyId), atMs: performance.now() });
      }
    },
  };
}
