import { authorize, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { forbidden } from "#lib/errors.ts";
import { FLAPPING_WITHIN_MS } from "#lib/membership/flapping-sql.ts";
import { getPolicy, getTeamPolicy } from "#lib/policies/policies.ts";
import type { PolicyJson } from "#lib/policies/schema.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import { readSettings } from "#lib/settings/settings.ts";
import {
  selectCosts,
  selectDenylisted,
  selectErrorGroups,
  selectFlappingHosts,
} from "./changes-sql.ts";
import { costQuantile } from "./cost-buckets.ts";
import { firstOfSteps, RANGES, type Range } from "./count-steps.ts";
import { type CountsRow, selectCounts, selectMoments, selectQueryChanges } from "./counts-sql.ts";
import type {
  CostJson,
  CountsJson,
  CountsPointJson,
  ErrorsJson,
  FlappingJson,
} from "./history-schema.ts";
import { selectHostNames } from "./names-sql.ts";

const LISTED_MAX = 100;

interface InView {
  team_id?: number;
}

/** Throws unless the policy is in sight; its hosts are those the viewer sees, of one team if given. */
async function inView(viewer: Viewer, policyId: number, { team_id: teamId }: InView) {
  const policy =
    teamId === undefined
      ? await getPolicy(viewer, policyId)
      : await getTeamPolicy(viewer, teamId, policyId);
  return { policy, of: { policyId, scope: teamScope(viewer, "policy:read"), teamId } };
}

/** The same of hosts: who may see policies may not always see them. */
async function hostsInView(viewer: Viewer, policyId: number, { team_id: teamId }: InView) {
  if (teamId !== undefined) authorize(viewer, "host:read", { teamId });
  const scope = teamScope(viewer, "host:read");
  await inView(viewer, policyId, { team_id: teamId });
  return { policyId, scope, teamId };
}

const pointOf = ({ at, erroring, ...counts }: CountsRow): CountsPointJson => ({
  at: at.toISOString(),
  error: erroring,
  ...counts,
});

const pointOfNow = (policy: PolicyJson, now: Date): CountsPointJson => ({
  at: now.toISOString(),
  passing: policy.passing_host_count,
  failing: policy.failing_host_count,
  error: policy.error_host_count,
  stale: policy.stale_host_count,
  exempt: "exempt_host_count" in policy ? Number(policy.exempt_host_count) : 0,
  pending: policy.pending_host_count,
});

/** A policy's counts over time, and as they are now. */
export async function getPolicyCounts(
  viewer: Viewer,
  policyId: number,
  { range, ...view }: InView & { range: Range },
): Promise<CountsJson> {
  const { policy, of } = await inView(viewer, policyId, view);
  const now = new Date();
  const { spanMs, stepMs } = RANGES[range];
  const from = new Date(now.getTime() - spanMs);
  const db = await listDatabase();
  const [moments, queryChanges] = await Promise.all([
    selectMoments(db, of, from, now),
    selectQueryChanges(db, policyId, from),
  ]);
  const rows = await selectCounts(db, of, firstOfSteps(moments, stepMs));
  return {
    range,
    step_seconds: stepMs / 1000,
    points: [...rows.map(pointOf), pointOfNow(policy, now)],
    query_changes: queryChanges.map(({ at, revision, authorName }) => ({
      at: at.toISOString(),
      revision,
      author_name: authorName,
    })),
  };
}

/** Hosts that cannot decide. */
export async function getFlapping(
  viewer: Viewer,
  policyId: number,
  { page, ...view }: InView & { page?: number },
): Promise<FlappingJson> {
  const of = await hostsInView(viewer, policyId, view);
  const { flappingChanges } = await readSettings(database());
  const since = new Date(Date.now() - FLAPPING_WITHIN_MS);
  const db = await listDatabase();
  const offset = (page ?? 0) * LISTED_MAX;
  // One more than is shown tells whether there is another page.
  const select = (limit: number, from: number) =>
    selectFlappingHosts(db, of, since, flappingChanges, { limit, offset: from });
  const rows = await select(LISTED_MAX + 1, offset);
  // Every row has the number of all, and a page behind the last has none.
  const [counted] = rows.length > 0 || offset === 0 ? rows : await select(1, 0);
  return {
    changes_allowed: flappingChanges,
    count: Number(counted?.hosts ?? 0),
    hosts: rows.slice(0, LISTED_MAX).map((row) => ({
      id: row.hostId,
      display_name: row.displayName,
      changes: Number(row.changes),
      last_change_at: row.lastAt.toISOString(),
    })),
    meta: { has_next_results: rows.length > LISTED_MAX, has_previous_results: offset > 0 },
  };
}

/** What osquery says is wrong, and where its watchdog gave the query up. */
export async function getErrors(
  viewer: Viewer,
  policyId: number,
  view: InView,
): Promise<ErrorsJson> {
  const of = await hostsInView(viewer, policyId, view);
  const db = await listDatabase();
  const [groups, denylisted] = await Promise.all([
    selectErrorGroups(db, of, LISTED_MAX),
    selectDenylisted(db, of, LISTED_MAX),
  ]);
  const samples = groups.map((row) => row.samples.split(",").map(Number));
  const names = await selectHostNames(db, of.scope, samples.flat());
  return {
    groups_count: Number(groups[0]?.groups ?? 0),
    groups: groups.map((row, at) => ({
      message: row.message,
      osquery_version: row.osqueryVersion,
      host_count: Number(row.hosts),
      hosts: (samples[at] ?? []).map((id) => ({ id, display_name: names.get(id) || `host ${id}` })),
    })),
    denylisted_count: Number(denylisted[0]?.hosts ?? 0),
    denylisted: denylisted.map((row) => ({
      id: row.hostId,
      display_name: row.displayName,
      osquery_version: row.osqueryVersion,
      since: row.since.toISOString(),
    })),
  };
}

const BYTES_PER_KIB = 1_024;

/**
 * What running a policy costs hosts, by SQL. Agents tell it from osquery 5.8 on. It is added up over all
 * hosts that ran it, so that of a policy of all teams it would tell people of one team how many hosts
 * others have: throws `forbidden` for them.
 */
export async function getCost(viewer: Viewer, policyId: number): Promise<CostJson> {
  const { policy, of } = await inView(viewer, policyId, {});
  if (policy.team_id === null && of.scope.teamIds !== "all") {
    throw forbidden(
      "What a policy of all teams costs is added up over the hosts of every team, for people who see all of them",
    );
  }
  const rows = await selectCosts(await listDatabase(), policyId);
  const revisions = [...new Set(rows.map((row) => row.revision))];
  return {
    revisions: revisions.map((revision) => {
      const of = (metric: string) =>
        rows
          .filter((row) => row.revision === revision && row.metric === metric)
          .map((row) => ({ bucket: row.bucket, runs: Number(row.runs) }));
      const wall = of("wall");
      return {
        revision,
        runs: wall.reduce((sum, { runs }) => sum + runs, 0),
        wall_time_ms: quantiles(wall, 1),
        memory_bytes: quantiles(of("memory"), BYTES_PER_KIB),
      };
    }),
  };
}

function quantiles(buckets: readonly { bucket: number; runs: number }[], unit: number) {
  const [p50, p95] = [costQuantile(buckets, 0.5), costQuantile(buckets, 0.95)];
  if (p50 === undefined || p95 === undefined) return null;
  return { p50: Math.round(p50 * unit), p95: Math.round(p95 * unit) };
}
