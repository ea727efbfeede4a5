import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { hostScope } from "#lib/hosts/hosts.ts";
import { pageMeta, pagingOf } from "#lib/http/list-options.ts";
import { FLAPPING_WITHIN_MS, selectFlappingPairs } from "#lib/membership/flapping-sql.ts";
import { FOREVER } from "#lib/membership/host-verdicts.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { selectChanges, selectFailingSince } from "./changes-sql.ts";
import type {
  TimelineJson,
  TimelineOptions,
  VerdictsJson,
  VerdictsOptions,
} from "./history-schema.ts";
import { selectPolicyNames } from "./names-sql.ts";
import { VERDICTS_THEN } from "./states.ts";
import { selectVerdictChanges } from "./verdicts-sql.ts";

/** How a host's states changed, of one policy or of all that the viewer may see. */
export async function getTimeline(
  viewer: Viewer,
  hostId: number,
  options: TimelineOptions,
): Promise<TimelineJson> {
  await hostScope(viewer, "host:read", hostId);
  const names = await selectPolicyNames(database(), teamScope(viewer, "policy:read"));
  const { policy_id: policyId } = options;
  const policyIds = [...names.keys()].filter((id) => policyId === undefined || id === policyId);
  const paging = pagingOf({ page: 0, ...options });
  const { flappingChanges } = await readSettings(database());
  const since = new Date(Date.now() - FLAPPING_WITHIN_MS);
  const [changes, failing, flapping] = await Promise.all([
    selectChanges(database(), hostId, policyIds, { ...paging, limit: paging.limit + 1 }),
    selectFailingSince(database(), hostId, policyIds),
    selectFlappingPairs(database(), policyIds, [hostId], since, flappingChanges),
  ]);
  const { rows, meta } = pageMeta(changes, paging);
  return {
    changes: rows.map((row) => ({
      policy_id: row.policyId,
      policy_name: names.get(row.policyId) ?? "",
      revision: row.revision,
      from_state: row.fromState,
      to_state: row.toState,
      error: row.error,
      at: row.at.toISOString(),
    })),
    meta,
    failing: [...failing].map(([id, at]) => ({ policy_id: id, since: at.toISOString() })),
    flapping: flapping.map((pair) => ({ policy_id: pair.policyId, changes: pair.changes })),
  };
}

/** What gateways were told of a host: when it could pass and when it could not. */
export async function listVerdicts(
  viewer: Viewer,
  hostId: number,
  options: VerdictsOptions,
): Promise<VerdictsJson> {
  await hostScope(viewer, "host:read", hostId);
  const paging = pagingOf({ page: 0, ...options });
  const page = { ...paging, limit: paging.limit + 1 };
  const { rows, meta } = pageMeta(await selectVerdictChanges(database(), hostId, page), paging);
  return {
    verdicts: rows.map((row) => ({
      verdict: VERDICTS_THEN.find((one) => one === row.verdict) ?? "unknown",
      from: row.at.toISOString(),
      until: row.endedAt < FOREVER ? row.endedAt.toISOString() : null,
    })),
    meta,
  };
}
