import { and, eq } from "drizzle-orm";
import { transaction } from "#db/client.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { policies, policyMembership, policyTransitions } from "#db/schema/policies.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { createPolicy } from "#lib/policies/edit.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { createPolicyBody, type NewPolicy } from "#lib/policies/schema.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { unique } from "./world.ts";

/** A policy for every platform and team unless told otherwise; answers its id. */
export async function insertPolicy(
  input: Partial<NewPolicy> = {},
  teamId: number | null = null,
): Promise<number> {
  const body = { name: unique("Policy"), query: "SELECT 1", ...input };
  return (await createPolicy(SYSTEM, teamId, createPolicyBody.parse(body))).id;
}

/** A policy whose SQL has been in force for an hour. */
export async function insertOldPolicy(
  input: Partial<NewPolicy> = {},
  teamId: number | null = null,
): Promise<number> {
  const id = await insertPolicy(input, teamId);
  await transaction(database(), async (tx) => {
    await raiseRevision(tx, "policies");
    const queryChangedAt = new Date(Date.now() - 3_600_000);
    await tx.update(policies).set({ queryChangedAt }).where(eq(policies.id, id));
  });
  return id;
}

export async function hostIdOf(identifier: string): Promise<number> {
  const [row] = await database()
    .select({ hostId: hostAgents.hostId })
    .from(hostAgents)
    .where(eq(hostAgents.identifier, identifier));
  if (!row) throw new Error(`no host is called ${identifier}`);
  return row.hostId;
}

export async function membershipOf(hostId: number, policyId: number) {
  const [row] = await database()
    .select()
    .from(policyMembership)
    .where(and(eq(policyMembership.hostId, hostId), eq(policyMembership.policyId, policyId)));
  return row;
}

/** `from>to` of every change of state, oldest first. */
export async function transitionsOf(hostId: number, policyId: number): Promise<string[]> {
  const rows = await database()
    .select()
    .from(policyTransitions)
    .where(and(eq(policyTransitions.hostId, hostId), eq(policyTransitions.policyId, policyId)))
    .orderBy(policyTransitions.id);
  return rows.map((row) => `${row.fromState}>${row.toState}`);
}

/** The counts as the API tells them. */
export async function countsOf(policyId: number) {
  const policy = await getPolicy(SYSTEM, policyId);
  return {
    pass: policy.passing_host_count,
    fail: policy.failing_host_count,
    error: policy.error_host_count,
  };
}
