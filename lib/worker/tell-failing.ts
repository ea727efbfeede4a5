import { takeNews } from "#lib/automations/news.ts";
import { type ChosenPolicy, selectChosen, selectMarks } from "#lib/automations/sql.ts";
import { readSettings } from "#lib/settings/settings.ts";
import type { Job } from "./job.ts";

/** Counts tell nearly always that hosts have changed; this finds the rest. */
const LOOK_AGAIN_MS = 30_000;
/** A look at 100,000 failing hosts takes a third of a second; it is given a tenth of the time at most. */
const LOOK_SHARE = 10;

interface Look {
  mark: string | undefined;
  atMs: number;
  tookMs: number;
}

/**
 * Finds hosts that newly fail a policy with a webhook, and writes the deliveries that tell of them.
 * With no such policy it is one statement that finds nothing. A policy is looked at when its counts
 * have moved, because looking reads all of its failing hosts; counts stand still when as many hosts of
 * a commit begin to fail as cease to, hence LOOK_AGAIN_MS.
 */
export function tellFailing(): Job {
  const looked = new Map<number, Look>();
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
        if (!last) return true;
        const sinceMs = performance.now() - last.atMs;
        if (sinceMs < last.tookMs * LOOK_SHARE) return false;
        return last.mark !== marks.get(policyId) || !isArmed || sinceMs >= LOOK_AGAIN_MS;
      };
      for (const { policyId } of chosen.filter(isNews)) {
        const beganMs = performance.now();
        while (!isOver() && (await takeNews(db, policyId)));
        if (isOver()) return;
        const atMs = performance.now();
        looked.set(policyId, { mark: marks.get(policyId), atMs, tookMs: atMs - beganMs });
      }
    },
  };
}
