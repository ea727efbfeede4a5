import { bulk, type Database } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { hashToken } from "#lib/crypto.ts";
import { type Card, writeCard } from "#lib/membership/card.ts";
import { createPolicy } from "#lib/policies/edit.ts";
import { createPolicyBody } from "#lib/policies/schema.ts";

export const nodeKeyOf = (hostId: number): string => `bench-node-key-${hostId}`;

/** More than any policies revision: answers count without having been asked for. */
const ASKED_REVISION = 1_000_000;
const HOSTS_PER_STEP = 5_000;

export interface FleetSize {
  hosts: number;
  policies: number;
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

export function passingCard(policyIds: readonly number[], at: Date): Buffer {
  const evaluatedAtMs = at.getTime();
  const card: Card = new Map();
  for (const policyId of policyIds) {
    card.set(policyId, {
      policyId,
      revision: 1,
      evaluatedAtMs,
      state: "pass",
      passes: true,
      isExempt: false,
    });
  }
  return writeCard(card);
}

/**
 * Writes a fleet straight into the tables, as it would stand after `answeredAt`: every host has
 * passed every policy. Membership rows are left out: the agent path reads none. Answers the
 * policies' ids; the hosts' are 1, 2, 3 ...
 */
export async function insertFleet(
  db: Database,
  size: FleetSize,
  answeredAt: Date,
): Promise<number[]> {
  const policyIds = await insertPolicies(size.policies);
  const card = passingCard(policyIds, answeredAt);
  const at = new Date();
  const long = new Date(0);
  for (let from = 1; from <= size.hosts; from += HOSTS_PER_STEP) {
    const count = Math.min(HOSTS_PER_STEP, size.hosts - from + 1);
    const ids = Array.from({ length: count }, (_, i) => from + i);
    await bulk(
      db,
      `INSERT INTO hosts (id, hostname, platform, platform_family, distributed_interval_seconds,
       verdict, created_at, updated_at, last_enrolled_at) VALUES ?`,
      ids.map((id) => [id, `host-${id}`, "darwin", "darwin", 10, "pass", at, at, at]),
    );
    await bulk(
      db,
      `INSERT INTO host_agents (host_id, identifier, node_key_hash, card, detail_updated_at,
       policy_updated_at, changed_at) VALUES ?`,
      ids.map((id) => [id, `host-${id}`, hashToken(nodeKeyOf(id)), card, at, answeredAt, long]),
    );
    await bulk(
      db,
      "INSERT INTO host_seen (host_id, seen_at, asked_at, asked_revision) VALUES ?",
      ids.map((id) => [id, at, at, ASKED_REVISION]),
    );
  }
  return policyIds;
}

/** The rows and counts of every host passing every policy, made inside the database. */
export async function insertMemberships(db: Database, hosts: number): Promise<void> {
  for (let from = 1; from <= hosts; from += HOSTS_PER_STEP) {
    await db.$client.query(
      `INSERT INTO policy_membership (host_id, policy_id, revision, state, passes, since)
       SELECT h.id, p.id, 1, 'pass', 1, UTC_TIMESTAMP(3) FROM hosts h CROSS JOIN policies p
       WHERE h.id BETWEEN ? AND ? ORDER BY h.id, p.id`,
      [from, from + HOSTS_PER_STEP - 1],
    );
  }
  await db.$client.query(
    `INSERT INTO policy_stats (policy_id, team_id, revision, passing_host_count, updated_at)
     SELECT id, 0, 1, ?, UTC_TIMESTAMP(3) FROM policies`,
    [hosts],
  );
}
