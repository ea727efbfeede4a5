import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { badRequest } from "#lib/errors.ts";
import { findHostByIdentifier, hostScope } from "#lib/hosts/hosts.ts";
import type { HostQueryJson } from "./campaign-schema.ts";
import { LIFE_SECONDS_MIN } from "./limits.ts";
import { startRun } from "./runs.ts";
import { selectRunHosts, updateStopped } from "./sql.ts";
import { follow } from "./watch.ts";

/**
 * Asks one host and waits for its answer, at most as long as FLEET_LIVE_QUERY_REST_PERIOD. The run
 * ends with the waiting.
 */
export async function queryHost(
  viewer: Viewer,
  hostId: number,
  query: string,
  left: AbortSignal,
): Promise<HostQueryJson> {
  await hostScope(viewer, "query:run", hostId);
  if (query.trim() === "") throw badRequest("query must be specified");
  const seconds = env().liveQueryRestPeriodSeconds;
  const run = await startRun(viewer, {
    kind: "query",
    query,
    targets: { host_ids: [hostId], label_ids: [], team_ids: [], platforms: [] },
    life_seconds: Math.max(seconds, LIFE_SECONDS_MIN),
  });
  try {
    const signal = AbortSignal.any([left, AbortSignal.timeout(seconds * 1000)]);
    await answered(viewer, run.id, signal);
  } finally {
    await updateStopped(database(), run.id);
  }
  const scope = teamScope(viewer, "query:run");
  const [row] = await selectRunHosts(database(), scope, run.id, {}, { limit: 1, offset: 0 });
  const status = run.onlineHosts > 0 ? "online" : "offline";
  const about = { host_id: hostId, query, status } as const;
  if (row?.answer.answeredAt && row.answer.error === null) {
    return { ...about, rows: row.answer.rows ?? [] };
  }
  const error = row?.answer.error ?? `The host did not answer within ${seconds} s.`;
  return { ...about, rows: null, error };
}

/** As queryHost, by what the machine is known as; see findHostByIdentifier. */
export async function queryHostByIdentifier(
  viewer: Viewer,
  identifier: string,
  query: string,
  left: AbortSignal,
): Promise<HostQueryJson> {
  teamScope(viewer, "query:run");
  const { id } = await findHostByIdentifier(viewer, identifier);
  return queryHost(viewer, id, query, left);
}

/** Resolves when the run's host has answered, or at the signal. */
async function answered(viewer: Viewer, runId: number, signal: AbortSignal): Promise<void> {
  const quietMs = LIFE_SECONDS_MIN * 1000;
  for await (const step of follow({ viewer, runId, signal, quietMs })) {
    if (step.kind !== "quiet") return;
  }
}
