import { authorize, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import {
  countAskedPolicies,
  type PostureTotals,
  selectAnswers,
  selectFirstMoment,
  selectTotals,
  selectWorstPolicies,
  type WorstPolicy,
} from "./sql.ts";
import { stepsBetween } from "./steps.ts";
import { WORST_POLICIES } from "./worst.ts";

const MS_PER_DAY = 86_400_000;

export interface PosturePoint {
  at: Date;
  /** undefined: nothing was written down around that time. */
  totals: PostureTotals | undefined;
}

export interface PostureHistory {
  points: PosturePoint[];
  stepSeconds: number;
}

export interface InView {
  /** undefined: every team the viewer sees. 0: hosts in no team. */
  teamId: number | undefined;
}

export function scopeOf(viewer: Viewer, { teamId }: InView): TeamScope {
  if (teamId !== undefined) authorize(viewer, "host:read", { teamId });
  return teamScope(viewer, "host:read");
}

/**
 * How the fleet stood over the last days, in at most 200 points. A history younger than that fills
 * the chart too: it begins with its first row.
 */
export async function getPostureHistory(
  viewer: Viewer,
  input: InView & { days: number },
  now = new Date(),
): Promise<PostureHistory> {
  const scope = scopeOf(viewer, input);
  const since = new Date(now.getTime() - input.days * MS_PER_DAY);
  const from = await selectFirstMoment(await listDatabase(), scope, input.teamId, since);
  if (!from) return { points: [], stepSeconds: 0 };
  const { stepSeconds, steps } = stepsBetween(from, now);
  const moments = steps.flatMap((step) => step.candidates);
  const rows = await selectTotals(await listDatabase(), scope, input.teamId, moments);
  const byMoment = new Map(rows.map((row) => [row.at.getTime(), row]));
  const points = steps.map(({ at, candidates }) => ({
    at,
    totals: candidates.map((moment) => byMoment.get(moment.getTime())).find(Boolean),
  }));
  // The last step has only begun: its row comes within minutes and is no gap.
  if (points.at(-1)?.totals === undefined) points.pop();
  return { points, stepSeconds };
}

export interface Posture {
  policiesCount: number;
  answers: Pick<WorstPolicy, "passing" | "failing" | "erroring" | "stale">;
  worst: WorstPolicy[];
}

/** The live counts of all policies together, and which policies most hosts fail. */
export async function getPosture(viewer: Viewer, input: InView): Promise<Posture> {
  const scope = scopeOf(viewer, input);
  const { teamId } = input;
  const db = await listDatabase();
  const [policiesCount, answers, worst] = await Promise.all([
    countAskedPolicies(db, scope, teamId),
    selectAnswers(db, scope, teamId),
    selectWorstPolicies(db, scope, teamId, WORST_POLICIES),
  ]);
  return { policiesCount, answers, worst };
}
