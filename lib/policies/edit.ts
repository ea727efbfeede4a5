import { databaseNow, type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import type { LabelScope } from "#db/schema/policies.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, type Target, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { badRequest, conflict, forbidden, notFound } from "#lib/errors.ts";
import { retirePolicies } from "#lib/membership/retire-policy.ts";
import { raiseRevision } from "#lib/revisions.ts";
import type { PolicyFields } from "./change.ts";
import {
  auditLabels,
  type LabelNames,
  labelScopeOf,
  POLICY_PROBLEMS,
  readLabelIds,
  readLabelNames,
} from "./label-scope.ts";
import { getPolicy, requireTeam } from "./policies.ts";
import type { PolicyInput, PolicyJson, PolicyPatch } from "./schema.ts";
import { requireSound } from "./sound.ts";
import {
  deletePolicyRows,
  type PolicyRecord,
  selectPolicyRecords,
  selectPolicyRecordsByName,
} from "./sql.ts";
import { selectVersion } from "./version-sql.ts";
import { type WriteContext, writeNewPolicy, writePolicyChange } from "./write.ts";

/** The fields of an activity's before and after. */
export const auditFields = (fields: Partial<PolicyFields>, labelNames: LabelNames) => ({
  name: fields.name,
  query: fields.query,
  description: fields.description,
  resolution: fields.resolution,
  platform: fields.platform,
  critical: fields.critical,
  interval: fields.intervalSeconds,
  tags: fields.tags === undefined ? undefined : (fields.tags ?? []),
  ...auditLabels(fields.labelScope, labelNames),
});

export const present = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as Partial<T>;

/** Everyone who edits policies waits here for each other, so what follows has no rivals. */
export async function beginWrite(
  tx: Transaction,
  viewer: Viewer,
  reason = "",
): Promise<WriteContext> {
  const policiesRevision = await raiseRevision(tx, "policies");
  return { viewer, at: await databaseNow(tx), policiesRevision, reason };
}

export async function requireFreeName(tx: Transaction, teamId: number | null, name: string) {
  const [taken] = await selectPolicyRecordsByName(tx, teamId, [name]);
  if (taken) throw conflict(`Policy "${name}" already exists`);
}

/** None is stored as null, so that a list that is emptied equals one that never was. */
const tagsOf = (tags: string[]) => (tags.length > 0 ? tags : null);

export const fieldsOf = (
  { interval, ...input }: Omit<PolicyInput, "query_id">,
  labelScope: LabelScope | null,
): PolicyFields => ({
  name: input.name,
  query: input.query,
  description: input.description,
  resolution: input.resolution,
  platform: input.platform,
  critical: input.critical,
  intervalSeconds: interval,
  tags: tagsOf(input.tags),
  labelScope,
});

/** What a change says of the policy itself; labels are names in it, which the database has to look up. */
export const fieldsOfPatch = (patch: PolicyPatch): Partial<PolicyFields> =>
  present({
    name: patch.name ?? undefined,
    query: patch.query ?? undefined,
    description: patch.description ?? undefined,
    resolution: patch.resolution ?? undefined,
    platform: patch.platform ?? undefined,
    critical: patch.critical ?? undefined,
    intervalSeconds: patch.interval,
    tags: patch.tags ? tagsOf(patch.tags) : undefined,
  });

/** Makes a policy of one team (null: of all teams, 0: of the hosts in no team). */
export async function createPolicy(
  viewer: Viewer,
  teamId: number | null,
  input: PolicyInput,
): Promise<PolicyJson> {
  authorize(viewer, "policy:write", { teamId });
  await requireSound(input.query);
  const id = await transaction(database(), async (tx) => {
    const context = await beginWrite(tx, viewer, input.reason);
    const labelIds = await readLabelIds(tx, [input]);
    const fields = fieldsOf(input, labelScopeOf(input, labelIds, POLICY_PROBLEMS) ?? null);
    if (teamId !== null) await requireTeam(tx, teamId);
    await requireFreeName(tx, teamId, fields.name);
    const policyId = await writeNewPolicy(tx, context, { ...fields, teamId });
    await recordActivity(tx, viewer, {
      type: "created_policy",
      teamId,
      details: {
        policy_id: policyId,
        policy_name: fields.name,
        team_id: teamId,
        before: {},
        after: auditFields(fields, await readLabelNames(tx, [fields])),
      },
    });
    return policyId;
  });
  return getPolicy(viewer, id);
}

/** Where a URL says that a policy is: of one team (0: no team), or of all (null). */
export type ExpectedTeam = number | null;

function requireTeamOf(policy: Target, expected: ExpectedTeam): void {
  if (policy.teamId === expected) return;
  throw badRequest("policy does not belong to team/global");
}

/** Throws `conflict`, and tells who was faster, when the change was made from what is no longer in force. */
export async function requireVersion(
  tx: Transaction,
  viewer: Viewer,
  { id, name, version }: PolicyRecord,
  expected: number | null | undefined,
): Promise<void> {
  if (!expected || expected === version) return;
  const scope = teamScope(viewer, "policy:read");
  const inForce = await selectVersion(tx, scope, id, version);
  const by = inForce ? ` by ${inForce.authorName} at ${inForce.createdAt.toISOString()}` : "";
  throw conflict(
    `Policy "${name}" was edited${by} since: revision ${version} is in force, and this change is to revision ${expected}. Look at it and save again.`,
  );
}

/** Changes the fields that the patch has. A policy's team is for good. */
export async function modifyPolicy(
  viewer: Viewer,
  expected: ExpectedTeam,
  id: number,
  patch: PolicyPatch,
): Promise<PolicyJson> {
  authorize(viewer, "policy:write", { teamId: expected });
  const given = fieldsOfPatch(patch);
  if (given.query !== undefined) {
    const [stored] = await selectPolicyRecords(database(), [id]);
    if (stored && stored.query !== given.query) await requireSound(given.query);
  }
  await transaction(
    database(),
    async (tx) => {
      const context = await beginWrite(tx, viewer, patch.reason);
      const [before] = await selectPolicyRecords(tx, [id]);
      if (!before) throw notFound(`Policy ${id}`);
      requireTeamOf(before, expected);
      if (patch.team_id !== undefined) requireTeamOf(before, patch.team_id);
      await requireVersion(tx, viewer, before, patch.expected_version);
      if (given.name !== undefined && given.name !== before.name) {
        await requireFreeName(tx, before.teamId, given.name);
      }
      const labelIds = await readLabelIds(tx, [patch]);
      const labelScope = labelScopeOf(patch, labelIds, POLICY_PROBLEMS, before.labelScope);
      const fields = { ...given, ...present({ labelScope }) };
      if (!(await writePolicyChange(tx, context, before, fields))) return;
      await recordEdit(tx, context, before, fields);
    },
    { limitMs: HEAVY_MS },
  );
  return getPolicy(viewer, id);
}

export async function recordEdit(
  tx: Transaction,
  { viewer, reason }: WriteContext,
  before: PolicyRecord,
  fields: Partial<PolicyFields>,
  more: object = {},
): Promise<void> {
  const names = await readLabelNames(tx, [before, fields]);
  await recordActivity(tx, viewer, {
    type: "edited_policy",
    teamId: before.teamId,
    details: {
      policy_id: before.id,
      policy_name: fields.name ?? before.name,
      team_id: before.teamId,
      ...(reason && { reason }),
      ...more,
      ...changes(auditFields(before, names), present(auditFields(fields, names))),
    },
  });
}

/**
 * Deletes all of the policies or, when one is unknown (`not_found`) or of another team than the URL
 * says (`forbidden`), none.
 */
export async function deletePolicies(
  viewer: Viewer,
  expected: ExpectedTeam,
  ids: readonly number[],
): Promise<number[]> {
  authorize(viewer, "policy:write", { teamId: expected });
  if (ids.length === 0) return [];
  const wanted = [...new Set(ids)];
  await transaction(database(), async (tx) => {
    await beginWrite(tx, viewer);
    const found = await selectPolicyRecords(tx, wanted);
    if (found.some((policy) => policy.teamId !== expected)) throw forbidden();
    const known = new Set(found.map((policy) => policy.id));
    const missing = wanted.find((id) => !known.has(id));
    if (missing !== undefined) throw notFound(`Policy ${missing}`);
    await deleteRecords(tx, viewer, found);
  });
  return wanted;
}

/** Deletes policies with their answers, and tells of each. */
export async function deleteRecords(
  tx: Transaction,
  viewer: Viewer,
  found: readonly PolicyRecord[],
  reason = "",
): Promise<void> {
  const ids = found.map((policy) => policy.id);
  const names = await readLabelNames(tx, found);
  await retirePolicies(tx, ids);
  await deletePolicyRows(tx, ids);
  for (const policy of found) {
    await recordActivity(tx, viewer, {
      type: "deleted_policy",
      teamId: policy.teamId,
      details: {
        policy_id: policy.id,
        policy_name: policy.name,
        team_id: policy.teamId,
        ...(reason && { reason }),
        before: auditFields(policy, names),
        after: {},
      },
    });
  }
}
