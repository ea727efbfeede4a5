import { type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize, type Target, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, notFound } from "#lib/errors.ts";
import { readRules } from "#lib/membership/rules.ts";
import { policyApplies } from "#lib/membership/scope.ts";
import { selectHostScopes, touchAgents } from "#lib/membership/sql.ts";
import { beginWrite } from "./edit.ts";
import { getPolicy } from "./policies.ts";
import type { PolicyJson } from "./schema.ts";
import { type PolicyRecord, selectHostsToRun, selectPolicyRecords, updatePolicies } from "./sql.ts";
import { type WriteContext, writePolicyChange } from "./write.ts";

const NOBODYS: Target = { teamId: null };

/** Before any lock, and whoever may not write does not learn what exists. */
async function requireWritable(viewer: Viewer, id: number): Promise<void> {
  const [policy] = await selectPolicyRecords(database(), [id]);
  authorize(viewer, "policy:write", policy ?? NOBODYS);
}

async function writable(tx: Transaction, viewer: Viewer, id: number): Promise<PolicyRecord> {
  const [policy] = await selectPolicyRecords(tx, [id]);
  authorize(viewer, "policy:write", policy ?? NOBODYS);
  if (!policy) throw notFound(`Policy ${id}`);
  return policy;
}

function record(
  tx: Transaction,
  { viewer, reason }: Pick<WriteContext, "viewer" | "reason">,
  type: string,
  policy: PolicyRecord,
  more: object = {},
): Promise<void> {
  return recordActivity(tx, viewer, {
    type,
    teamId: policy.teamId,
    details: {
      policy_id: policy.id,
      policy_name: policy.name,
      team_id: policy.teamId,
      ...(reason && { reason }),
      ...more,
    },
  });
}

/**
 * Pauses a policy, which asks nobody and gates nobody while its answers stay as they are, or
 * resumes it. What is so already stays so.
 */
export async function setPaused(
  viewer: Viewer,
  id: number,
  paused: boolean,
  reason: string,
): Promise<PolicyJson> {
  await requireWritable(viewer, id);
  await transaction(database(), async (tx) => {
    const context = await beginWrite(tx, viewer, reason);
    const policy = await writable(tx, viewer, id);
    if ((policy.pausedAt !== null) === paused) return;
    await writePolicyChange(tx, context, policy, { pausedAt: paused ? context.at : null });
    await record(tx, context, paused ? "paused_policy" : "resumed_policy", policy);
  });
  return getPolicy(viewer, id);
}

/** Has all hosts that the policy asks answer it at their next check-in, whatever its interval. */
export async function runPolicy(viewer: Viewer, id: number): Promise<PolicyJson> {
  await requireWritable(viewer, id);
  await transaction(database(), async (tx) => {
    const context = await beginWrite(tx, viewer);
    const policy = await writable(tx, viewer, id);
    requireAsked(policy);
    await updatePolicies(tx, [id], { runRequestedAt: context.at });
    await record(tx, context, "ran_policy", policy);
  });
  return getPolicy(viewer, id);
}

/** Forgets what every host answered, as new SQL does: each is asked again, and counts begin at 0. */
export async function resetPolicy(viewer: Viewer, id: number): Promise<void> {
  await requireWritable(viewer, id);
  await transaction(database(), async (tx) => {
    const context = await beginWrite(tx, viewer);
    const policy = await writable(tx, viewer, id);
    await writePolicyChange(tx, context, policy, {}, true);
    await record(tx, context, "reset_policy", policy);
  });
}

function requireAsked(policy: PolicyRecord): void {
  if (policy.pausedAt === null) return;
  throw conflict(`Policy "${policy.name}" is paused and asks nobody: resume it first`);
}

/**
 * Refetches hosts for the sake of a policy, which whoever may refetch them may. Returns those that
 * the policy asks; the others are left alone. Hosts of other teams are as if they were not there.
 */
export async function runPolicyOn(
  viewer: Viewer,
  id: number,
  hostIds: readonly number[],
): Promise<number[]> {
  const scope = teamScope(viewer, "host:refetch");
  await getPolicy(viewer, id);
  return transaction(database(), async (tx) => {
    const [policy] = await selectPolicyRecords(tx, [id]);
    if (!policy) throw notFound(`Policy ${id}`);
    requireAsked(policy);
    const wanted = [...new Set(hostIds)].sort((a, b) => a - b);
    const hosts = await selectHostsToRun(tx, scope, wanted);
    const known = new Set(hosts.map((host) => host.id));
    const missing = wanted.find((hostId) => !known.has(hostId));
    if (missing !== undefined) throw notFound(`Host ${missing}`);
    const { manualLabels } = await readRules(tx, []);
    const asked = (await selectHostScopes(tx, [...known]))
      .filter((host) => policyApplies({ ...policy, manualLabels }, host))
      .map(({ hostId }) => hostId);
    if (asked.length === 0) return [];
    await touchAgents(tx, asked, { refetchRequestedAt: "now" });
    await record(tx, { viewer, reason: "" }, "ran_policy", policy, { host_ids: asked });
    return asked;
  });
}
