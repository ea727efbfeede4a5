import { transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { GLOBAL, isAllowed, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError, badRequest, notFound } from "#lib/errors.ts";
import { difference, idsOf, intersection, sizeOf } from "#lib/host-set.ts";
import { isOfPlatform } from "#lib/hosts/conditions.ts";
import { onlineHosts } from "#lib/hosts/selection.ts";
import { selectHostSet } from "#lib/hosts/sql.ts";
import { type Paging, pageMeta, pagingOf } from "#lib/http/list-options.ts";
import { PLATFORMS } from "#lib/osquery/platform.ts";
import { checkQuery } from "#lib/tables/tables.ts";
import {
  RUNS_MAX,
  RUNS_PER_USER_MAX,
  WAITING_HOSTS_MAX,
  WAITING_HOSTS_PER_USER_MAX,
} from "./limits.ts";
import type { NewRun, RunHostsOptions, RunTargets } from "./schema.ts";
import {
  insertRun,
  insertRunHosts,
  type RunHostFilter,
  type RunRow,
  selectCounted,
  selectRun,
  selectRunHosts,
  selectRuns,
  selectWaitingRuns,
  selectWaitingSet,
  updateStopped,
} from "./sql.ts";
import { chooseHosts, requireBoundedHosts } from "./targets.ts";
import { totalsOf } from "./totals.ts";

const RETRY_AFTER_SECONDS = 10;
/** Of hosts that may have 256 KB of rows each, and of runs that may have 64 KB of SQL each. */
const PER_PAGE_MAX = 100;
/** Of hosts chosen one by one, how many a run remembers as chosen; it has all of them as its hosts. */
const CHOSEN_KEPT_MAX = 100;

/** A host may have the table from an extension; the others of a check's errors are certain. */
const MISSING_TABLE = /^no such table: /;

async function requireSound(viewer: Viewer, query: string): Promise<void> {
  const { errors } = await checkQuery(viewer, query);
  const error = errors.find(({ message }) => !MISSING_TABLE.test(message));
  if (!error) return;
  const at = `line ${error.line}, column ${error.column}`;
  throw badRequest(`osquery would refuse this query: ${error.message} (${at})`);
}

const userOf = (viewer: Viewer): number | null => (viewer.kind === "user" ? viewer.id : null);

/** Two who start at a time may both get the last place: the limit is for memory, not for money. */
async function requireRoom(viewer: Viewer, hosts: number): Promise<void> {
  const all = await selectWaitingRuns(database());
  const own = all.filter(({ authorId }) => authorId === userOf(viewer));
  const waiting = (runs: typeof all) => runs.reduce((sum, run) => sum + run.hosts, hosts);
  const isFull = all.length >= RUNS_MAX || waiting(all) > WAITING_HOSTS_MAX;
  const hasMany = own.length >= RUNS_PER_USER_MAX || waiting(own) > WAITING_HOSTS_PER_USER_MAX;
  if (!isFull && !hasMany) return;
  const reason = hasMany
    ? `${own.length} of your runs wait for hosts. Stop one, or wait until it is over.`
    : "Too many runs wait for hosts. Try again when some are over.";
  throw new AppError("too_many_requests", reason, { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

/**
 * Asks hosts a query now, those of the targets that the viewer may query. The hosts are settled here,
 * once. Throws `bad_request` for SQL that osquery would refuse and for targets without a host,
 * `too_many_requests` past the limits on what waits.
 */
export async function startRun(viewer: Viewer, input: NewRun): Promise<RunRow> {
  const scope = teamScope(viewer, "query:run");
  await requireSound(viewer, input.query);
  const chosen = await chooseHosts(database(), scope, input.targets, new Date());
  requireBoundedHosts(chosen);
  const hostIds = idsOf(chosen.hosts);
  await requireRoom(viewer, hostIds.length);
  const run = {
    kind: input.kind,
    query: input.query,
    policyId: input.policy_id ?? null,
    authorId: userOf(viewer),
    authorName: viewer.name,
    targets: { ...input.targets, host_ids: input.targets.host_ids.slice(0, CHOSEN_KEPT_MAX) },
    hosts: hostIds.length,
    onlineHosts: sizeOf(chosen.online),
  };
  const id = await transaction(database(), async (tx) => {
    const runId = await insertRun(tx, run, input.life_seconds);
    await insertRunHosts(tx, runId, hostIds);
    const details = { run_id: runId, targets_count: run.hosts, query_sql: run.query };
    await recordActivity(tx, viewer, { type: "live_query", details });
    return runId;
  });
  return requireRun(viewer, id);
}

/** How many hosts targets mean, before anything is run. */
export async function countTargets(viewer: Viewer, targets: RunTargets) {
  const scope = teamScope(viewer, "query:run");
  const { hosts, online } = await chooseHosts(database(), scope, targets, new Date());
  const byPlatform = await Promise.all(
    PLATFORMS.map(async (platform) => {
      const family = await selectHostSet(database(), isOfPlatform(platform));
      return [platform, sizeOf(intersection(hosts, family))] as const;
    }),
  );
  const counts = { hosts: sizeOf(hosts), online: sizeOf(online) };
  return {
    ...counts,
    offline: counts.hosts - counts.online,
    by_platform: Object.fromEntries(byPlatform.filter(([, count]) => count > 0)),
  };
}

/** Runs are seen by who began them, and by those who may run on every host. */
const seesAll = (viewer: Viewer) => isAllowed(viewer, "query:run", GLOBAL);

/** The run, when the viewer may see it; `not_found` otherwise. */
export async function requireRun(viewer: Viewer, id: number): Promise<RunRow> {
  teamScope(viewer, "query:run");
  const run = await selectRun(database(), id);
  const isOwn = run && run.authorId !== null && run.authorId === userOf(viewer);
  if (!run || !(isOwn || seesAll(viewer))) throw notFound(`Run ${id}`);
  return run;
}

/** The run with the totals of its hosts that the viewer may query by now. */
export async function getRun(viewer: Viewer, id: number) {
  const run = await requireRun(viewer, id);
  const scope = teamScope(viewer, "query:run");
  const [counted, waiting, online] = await Promise.all([
    selectCounted(database(), scope, id),
    selectWaitingSet(database(), scope, id),
    onlineHosts(database(), new Date()),
  ]);
  return {
    run,
    totals: totalsOf(run.kind, counted),
    offline: sizeOf(difference(waiting, online)),
  };
}

const pageOf = ({ page = 0, per_page }: { page?: number; per_page?: number }): Paging =>
  pagingOf({ page, per_page: per_page && Math.min(per_page, PER_PAGE_MAX) });

/** Newest first: one's own, and all for those who may run on every host. */
export async function listRuns(
  viewer: Viewer,
  options: { page?: number; per_page?: number; own?: boolean },
) {
  teamScope(viewer, "query:run");
  const paging = pageOf(options);
  const authorId = options.own || !seesAll(viewer) ? (userOf(viewer) ?? 0) : undefined;
  const limit = paging.limit + 1;
  return pageMeta(await selectRuns(database(), authorId, { ...paging, limit }), paging);
}

const FILTERS: Record<string, RunHostFilter> = {
  waiting: { state: "waiting" },
  pass: { state: "done", hasRows: true },
  fail: { state: "done", hasRows: false },
  done: { state: "done" },
  error: { state: "error" },
};

/** A page of a run's hosts with their answers. */
export async function listRunHosts(viewer: Viewer, id: number, options: RunHostsOptions) {
  const run = await requireRun(viewer, id);
  const scope = teamScope(viewer, "query:run");
  const paging = pageOf(options);
  const filter = {
    ...(options.outcome ? FILTERS[options.outcome] : {}),
    ...(options.host_id ? { hostIds: [options.host_id] } : {}),
  };
  const more = { ...paging, limit: paging.limit + 1 };
  const rows = await selectRunHosts(database(), scope, id, filter, more);
  return { run, ...pageMeta(rows, paging) };
}

/** No host is handed the query any more. Stopping twice is stopping once. */
export async function stopRun(viewer: Viewer, id: number): Promise<RunRow> {
  const { query } = await requireRun(viewer, id);
  await transaction(database(), async (tx) => {
    if (!(await updateStopped(tx, id))) return;
    const details = { run_id: id, query_sql: query };
    await recordActivity(tx, viewer, { type: "stopped_run", details });
  });
  return requireRun(viewer, id);
}

/** Fleet's clients ask before they run something. Answers live in the database, so it must answer. */
export async function requireLiveQueries(viewer: Viewer): Promise<Record<string, never>> {
  teamScope(viewer, "policy:read");
  await selectRuns(database(), 0, { limit: 1, offset: 0 });
  return {};
}
