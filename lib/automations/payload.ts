import { type Database, transaction } from "#db/client.ts";
import { activityDetails } from "#lib/activities/schema.ts";
import { selectActivity } from "#lib/activities/sql.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { env } from "#lib/env.ts";
import { isAppError } from "#lib/errors.ts";
import { withBothNames } from "#lib/http/fleet-names.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { type PolicyJson, policyJson } from "#lib/policies/schema.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { type DeliveryRow, selectChosenPolicies } from "#lib/webhooks/sql.ts";
import { deleteUnsent, selectPassing, selectStillFailing } from "./sql.ts";

/** What is sent, and whom it tells of. */
export interface Payload {
  body: object;
  hostIds?: number[];
}

/**
 * What a delivery says now; undefined when nothing of it is so any more. Hosts that recovered, are
 * exempt by now, or whose policy is paused or gone are left out, and are news again if they ever are.
 */
export function payloadOf(db: Database, row: DeliveryRow): Promise<Payload | undefined> {
  if (row.event === "activity") return activityPayload(db, row);
  if (row.event === "test") return testPayload(db, row);
  return hostsPayload(db, row, row.event === "recovered" ? "recovered" : "failing");
}

async function hostsPayload(
  db: Database,
  { policyId, hostIds }: DeliveryRow,
  event: "failing" | "recovered",
): Promise<Payload | undefined> {
  if (policyId === null || !hostIds || hostIds.length === 0) return undefined;
  const select = event === "failing" ? selectStillFailing : selectPassing;
  const hosts = await select(db, policyId, hostIds);
  const ids = hosts.map(({ id }) => id);
  if (event === "failing") {
    const still = new Set(ids);
    const left = hostIds.filter((id) => !still.has(id));
    await transaction(db, (tx) => deleteUnsent(tx, policyId, left));
  }
  const policy = hosts.length > 0 ? await policyOrNone(policyId) : undefined;
  if (!policy) return undefined;
  const url = await serverUrl(db);
  const body = {
    timestamp: new Date().toISOString(),
    policy: event === "failing" ? withAtLeast(policy, hosts.length) : policy,
    hosts: hosts.map(({ id, hostname, displayName }) => ({
      id,
      hostname,
      display_name: displayName,
      url: `${url}/hosts/${id}`,
    })),
  };
  return { body, hostIds: ids };
}

/** Counts and hosts are read one after the other: the count is never below what is listed. */
const withAtLeast = (policy: PolicyJson, hosts: number): PolicyJson => ({
  ...policy,
  failing_host_count: Math.max(policy.failing_host_count, hosts),
});

async function policyOrNone(id: number): Promise<PolicyJson | undefined> {
  try {
    return withBothNames(policyJson, await getPolicy(SYSTEM, id));
  } catch (error) {
    if (isAppError(error) && error.kind === "not_found") return undefined;
    throw error;
  }
}

async function serverUrl(db: Database): Promise<string> {
  const settings = await readSettings(db);
  return (settings.serverUrl || env().serverUrl).replace(/\/+$/, "");
}

async function activityPayload(
  db: Database,
  { activityId }: DeliveryRow,
): Promise<Payload | undefined> {
  const activity = activityId === null ? undefined : await selectActivity(db, activityId);
  if (!activity) return undefined;
  return {
    body: {
      timestamp: activity.createdAt.toISOString(),
      actor_full_name: activity.actorName,
      actor_id: activity.actorId,
      actor_email: activity.actorEmail,
      type: activity.type,
      details: withBothNames(activityDetails, activity.details),
    },
  };
}

/** In the shape of the real thing, with a host that is none. */
async function testPayload(db: Database, { kind, teamKey }: DeliveryRow): Promise<Payload> {
  const timestamp = new Date().toISOString();
  if (kind === "activities") {
    const actor = { actor_full_name: SYSTEM.name, actor_id: null, actor_email: "" };
    return { body: { timestamp, ...actor, type: "tested_webhook", details: {} } };
  }
  const [chosen] = await selectChosenPolicies(db, teamKey);
  const policy = chosen && (await policyOrNone(chosen.policyId));
  const host = { id: 0, hostname: "test-host", display_name: "Test host" };
  return {
    body: {
      timestamp,
      policy: policy ?? { id: 0, name: "Test policy" },
      hosts: [{ ...host, url: `${await serverUrl(db)}/hosts` }],
    },
  };
}
