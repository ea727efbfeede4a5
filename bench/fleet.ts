import { bulk, type Database } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { hashToken } from "#lib/crypto.ts";
import { type Card, writeCard } from "#lib/membership/card.ts";
import { createPolicy } from "#lib/policies/edit.ts";
import { createPolicyBody } from "#lib/policies/schema.ts";

export const nodeKeyOf = (hostId: number): string => `bench-node-key-${hostId}`;

export interface Fleet {
  hostCount: number;
  policyIds: number[];
}

/** Policies as a real set looks: a statement of some length each. */
async function insertPolicies(count: number): Promise<number[]> {
  const ids: number[] = [];
  for (let n = 1; n <= count; n++) {
    const query = `SELECT 1 FROM alf WHERE global_state >= 1 AND version <> 'policy ${n}';`;
    const body = createPolicyBody.parse({ name: `Policy ${n}`, query, critical: n % 5 === 0 });
    ids.push((await createPolicy(SYSTEM, null, body)).id);
  }
  return ids;
}

/**
 * Writes a fleet straight into the tables, as it would stand after `answeredAt`: every host has
 * passed every policy. null: never answered. Membership rows are left out: reads need none.
 */
export async function insertFleet(
  db: Database,
  hostCount: number,
  policyCount: number,
  answeredAt: Date | null,
): Promise<Fleet> {
  const policyIds = await insertPolicies(policyCount);
  const card: Card = new Map();
  const at = answeredAt ?? new Date();
  for (const policyId of answeredAt ? policyIds : []) {
    const evaluatedAtMs = at.getTime();
    card.set(policyId, { policyId, revision: 1, evaluatedAtMs, state: "pass", passes: true });
  }
  const packed = writeCard(card);
  for (let from = 1; from <= hostCount; from += 5_000) {
    const ids = Array.from({ length: Math.min(5_000, hostCount - from + 1) }, (_, i) => from + i);
    await bulk(
      db,
      `INSERT INTO hosts (id, hostname, platform, platform_family, distributed_interval_seconds,
       created_at, updated_at, last_enrolled_at) VALUES ?`,
      ids.map((id) => [id, `host-${id}`, "darwin", "darwin", 10, at, at, at]),
    );
    await bulk(
      db,
      `INSERT INTO host_agents (host_id, identifier, node_key_hash, card, detail_updated_at,
       policy_updated_at, changed_at) VALUES ?`,
      ids.map((id) => [id, `host-${id}`, hashToken(nodeKeyOf(id)), packed, at, at, new Date(0)]),
    );
  }
  return { hostCount, policyIds };
}
