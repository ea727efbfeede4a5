import type { Transaction } from "#db/client.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { retirePlatforms } from "#lib/membership/membership.ts";
import { type PolicyChange, type PolicyFields, policyChange } from "./change.ts";
import {
  insertPolicy,
  insertPolicyRevision,
  type PolicyRecord,
  resetStats,
  updatePolicy,
} from "./sql.ts";

const userId = (viewer: Viewer) => (viewer.kind === "user" ? viewer.id : null);

/** A moment of writing: every row of one transaction carries the same. */
export interface WriteContext {
  viewer: Viewer;
  at: Date;
  /** The policies revision that the transaction raised. */
  policiesRevision: number;
}

/** Writes a new policy and its first revision; returns its id. */
export async function writeNewPolicy(
  tx: Transaction,
  context: WriteContext,
  fields: PolicyFields & { teamId: number | null },
): Promise<number> {
  const { at, policiesRevision } = context;
  const authorId = userId(context.viewer);
  const policyId = await insertPolicy(tx, {
    ...fields,
    authorId,
    revision: 1,
    platformSince: {},
    queryRevision: policiesRevision,
    queryChangedAt: at,
    createdAt: at,
    updatedAt: at,
  });
  const { query } = fields;
  await insertPolicyRevision(tx, { policyId, revision: 1, query, authorId, createdAt: at });
  return policyId;
}

/**
 * Writes `fields` over a policy and retires the answers that this voids: all of them, by raising
 * the revision, when the SQL differs; those of the platforms left when the scope narrows.
 */
export async function writePolicyChange(
  tx: Transaction,
  context: WriteContext,
  before: PolicyRecord,
  fields: Partial<PolicyFields>,
  authorId: number | null = before.authorId,
): Promise<PolicyChange> {
  const { at } = context;
  const change = policyChange(before, fields, at, context.policiesRevision);
  if (Object.keys(change.set).length === 0) return change;
  await updatePolicy(tx, before.id, { ...change.set, authorId });
  const { query, revision = before.revision } = change.set;
  if (query !== undefined) {
    const author = userId(context.viewer);
    const row = { policyId: before.id, revision, query, authorId: author, createdAt: at };
    await insertPolicyRevision(tx, row);
    await resetStats(tx, before.id, revision, at);
  }
  if (change.left.length > 0) {
    await retirePlatforms(tx, { id: before.id, revision }, change.left);
  }
  return change;
}
