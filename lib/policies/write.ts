import type { Transaction } from "#db/client.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { retirePlatforms, retireScope } from "#lib/membership/retire-policy.ts";
import { endPolicyVersions } from "#lib/membership/versions.ts";
import { type PolicyChange, type PolicyEdit, type PolicyFields, policyChange } from "./change.ts";
import {
  insertPolicies,
  insertPolicy,
  type PolicyRecord,
  resetStats,
  selectPolicyRecordsByName,
  updatePolicies,
} from "./sql.ts";
import { versionFieldsOf } from "./version-fields.ts";
import { insertVersions } from "./version-sql.ts";

export const userId = (viewer: Viewer) => (viewer.kind === "user" ? viewer.id : null);

/** A moment of writing: every row of one transaction carries the same. */
export interface WriteContext {
  viewer: Viewer;
  at: Date;
  /** The policies revision that the transaction raised. */
  policiesRevision: number;
  /** Why, in the author's words; "" when they gave none. */
  reason: string;
}

const versionOf = ({ viewer, at, reason }: WriteContext, policy: PolicyRecord) => ({
  policyId: policy.id,
  version: policy.version,
  revision: policy.revision,
  teamId: policy.teamId,
  name: policy.name,
  fields: { ...versionFieldsOf(policy) },
  authorId: userId(viewer),
  authorName: viewer.name,
  reason,
  createdAt: at,
});

export type NewPolicyFields = PolicyFields & { teamId: number | null; pausedAt?: Date | null };

/** A statement's rows: texts of each may be 200 KB, and a packet holds 16 MB. */
const ROWS_PER_STATEMENT = 50;

const newRow = ({ viewer, at, policiesRevision }: WriteContext, fields: NewPolicyFields) => ({
  ...fields,
  authorId: userId(viewer),
  scopeEras: null,
  pausedAt: fields.pausedAt ?? null,
  runRequestedAt: null,
  version: 1,
  revision: 1,
  platformSince: {},
  queryRevision: policiesRevision,
  queryChangedAt: at,
  createdAt: at,
  updatedAt: at,
});

/** Writes a new policy and its first version; returns its id. */
export async function writeNewPolicy(
  tx: Transaction,
  context: WriteContext,
  fields: NewPolicyFields,
): Promise<number> {
  const row = newRow(context, fields);
  const id = await insertPolicy(tx, row);
  await insertVersions(tx, [versionOf(context, { ...row, id, teamKey: null })]);
  return id;
}

/**
 * As writeNewPolicy, for many of one team; ids by name. Statements are shared, since whoever writes
 * thousands one by one holds up answers for as long.
 */
export async function writeNewPolicies(
  tx: Transaction,
  context: WriteContext,
  teamId: number | null,
  list: readonly NewPolicyFields[],
): Promise<Map<string, number>> {
  const ids = new Map<string, number>();
  for (let at = 0; at < list.length; at += ROWS_PER_STATEMENT) {
    const rows = list.slice(at, at + ROWS_PER_STATEMENT).map((fields) => newRow(context, fields));
    await insertPolicies(tx, rows);
    const names = rows.map(({ name }) => name);
    // Read and not counted up from the first: a cluster leaves gaps between ids.
    const made = await selectPolicyRecordsByName(tx, teamId, names);
    await insertVersions(
      tx,
      made.map((policy) => versionOf(context, policy)),
    );
    for (const { id, name } of made) ids.set(name, id);
  }
  return ids;
}

export interface PolicyWrite {
  before: PolicyRecord;
  fields: PolicyEdit;
  /** Starts the answers anew even where nothing differs. */
  anew?: boolean;
}

/**
 * Writes over policies, each in a new version, and retires the answers that this voids: all of
 * them, by raising the revision, when the SQL or the team differs or the write says so; those of the hosts left when
 * the scope narrows. Returns the writes that changed something. Statements are shared, since a
 * thousand policies changed alike must not hold up answers for seconds.
 */
export async function writePolicyChanges(
  tx: Transaction,
  context: WriteContext,
  writes: readonly PolicyWrite[],
  authorId?: number | null,
): Promise<(PolicyWrite & { change: PolicyChange })[]> {
  const { at, policiesRevision } = context;
  const changed = writes
    .map((write) => ({
      ...write,
      change: policyChange(write.before, write.fields, at, policiesRevision, write.anew),
    }))
    .filter(({ change }) => Object.keys(change.set).length > 0);
  if (changed.length === 0) return [];
  await endPolicyVersions(tx, changed.map(idOf), at);
  const author = authorId === undefined ? {} : { authorId };
  for (const { set, ids } of alike(changed)) await updatePolicies(tx, ids, { ...set, ...author });
  const after = changed.map(({ before, change }) => ({ ...before, ...change.set }));
  await insertVersions(
    tx,
    after.map((policy) => versionOf(context, policy)),
  );
  await resetStats(tx, changed.filter(({ change }) => change.startsAnew).map(idOf), at);
  for (const { before, change } of changed) await retireAnswers(tx, before, change);
  return changed;
}

/** Those of hosts that are asked no more. */
async function retireAnswers(tx: Transaction, before: PolicyRecord, change: PolicyChange) {
  const after = { ...before, ...change.set };
  if (change.left.length > 0) await retirePlatforms(tx, after, change.left);
  if (change.startsAnew || change.set.labelScope === undefined) return;
  await retireScope(tx, after, after.labelScope);
}

const idOf = ({ before }: PolicyWrite) => before.id;

/** Policies to which the same is written. */
function alike(changed: readonly (PolicyWrite & { change: PolicyChange })[]) {
  const groups = new Map<string, { set: Partial<PolicyRecord>; ids: number[] }>();
  for (const { before, change } of changed) {
    const key = JSON.stringify(change.set);
    const group = groups.get(key) ?? { set: change.set, ids: [] };
    group.ids.push(before.id);
    groups.set(key, group);
  }
  return groups.values();
}

/** As writePolicyChanges, for one policy; whether anything differed. */
export async function writePolicyChange(
  tx: Transaction,
  context: WriteContext,
  before: PolicyRecord,
  fields: PolicyEdit,
  anew = false,
): Promise<boolean> {
  const changed = await writePolicyChanges(tx, context, [{ before, fields, anew }]);
  return changed.length > 0;
}
