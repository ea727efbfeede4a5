import { type Executor, type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { changes, perActivity, recordActivity } from "#lib/activities/activities.ts";
import { authorize, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError, notFound } from "#lib/errors.ts";
import type { BulkFilter, BulkInput } from "./action-schema.ts";
import type { PolicyEdit } from "./change.ts";
import { auditFields, beginWrite, deleteRecords, present } from "./edit.ts";
import { requireTeam } from "./policies.ts";
import {
  type PolicyOwner,
  type PolicyRecord,
  selectMatchingRecords,
  selectPolicyRecords,
  selectPolicyRecordsByName,
} from "./sql.ts";
import { normalTag, TAGS_MAX } from "./tags.ts";
import { type PolicyWrite, type WriteContext, writePolicyChanges } from "./write.ts";

const ownerOf = ({ team_id }: BulkFilter): PolicyOwner =>
  team_id === null ? "global" : { teamId: team_id, inherited: false };

/** The policies meant. Throws unless the viewer may write each of them, and each exists. */
export async function chosenPolicies(
  executor: Executor,
  viewer: Viewer,
  { ids, filter }: BulkInput,
): Promise<PolicyRecord[]> {
  teamScope(viewer, "policy:write");
  if (filter) {
    authorize(viewer, "policy:write", { teamId: filter.team_id });
    const { query, framework } = filter;
    const tags = filter.tags.map(normalTag);
    return selectMatchingRecords(executor, ownerOf(filter), { query, framework, tags });
  }
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return [];
  const found = await selectPolicyRecords(executor, wanted);
  for (const policy of found) authorize(viewer, "policy:write", policy);
  const known = new Set(found.map((policy) => policy.id));
  const missing = wanted.find((id) => !known.has(id));
  if (missing !== undefined) throw notFound(`Policy ${missing}`);
  return found;
}

/** The destination of a move, which the viewer must be allowed to write too. */
export async function requireDestination(executor: Executor, viewer: Viewer, input: BulkInput) {
  if (input.action !== "move") return;
  authorize(viewer, "policy:write", { teamId: input.team_id });
  if (input.team_id !== null) await requireTeam(executor, input.team_id);
}

const listed = (tags: string[]) => (tags.length > 0 ? tags : null);

/** What an action writes over one policy. */
export function editOf(input: BulkInput, policy: PolicyRecord, at: Date): PolicyEdit {
  const tags = policy.tags ?? [];
  switch (input.action) {
    case "add_tags":
      return { tags: listed([...new Set([...tags, ...input.tags])]) };
    case "remove_tags":
      return { tags: listed(tags.filter((tag) => !input.tags.includes(tag))) };
    case "set_tags":
      return { tags: listed(input.tags) };
    case "move":
      return { teamId: input.team_id };
    case "pause":
      return { pausedAt: policy.pausedAt ?? at };
    case "resume":
      return { pausedAt: null };
    case "set_critical":
      return { critical: input.critical };
    case "set_interval":
      return { intervalSeconds: input.interval };
    case "delete":
      return {};
  }
}

const problems = (kind: "conflict" | "invalid", name: string, reasons: string[]) =>
  new AppError(
    kind,
    reasons.map((reason) => ({ name, reason })),
  );

/** All clashes at once, so that they can be mended at once. */
async function requireFreeNames(
  tx: Transaction,
  teamId: number | null,
  moving: readonly PolicyRecord[],
): Promise<void> {
  const names = moving.map((policy) => policy.name);
  if (names.length === 0) return;
  const taken = (await selectPolicyRecordsByName(tx, teamId, names)).map((policy) => policy.name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  const clashes = [
    ...taken.map((name) => `Policy "${name}" already exists there`),
    ...[...new Set(twice)].map((name) => `Two of the policies are called "${name}"`),
  ];
  if (clashes.length > 0) throw problems("conflict", "name", clashes);
}

function requireFewTags(writes: readonly PolicyWrite[]): void {
  const full = writes.filter(({ fields }) => (fields.tags?.length ?? 0) > TAGS_MAX);
  if (full.length === 0) return;
  const reasonOf = ({ before }: PolicyWrite) =>
    `Policy "${before.name}" would have more than ${TAGS_MAX} tags`;
  throw problems("invalid", "tags", full.map(reasonOf));
}

/** `before` and `after` of everything an edit may change. */
const audit = ({ teamId, pausedAt, ...fields }: PolicyEdit) =>
  present({
    ...auditFields(fields, new Map()),
    team_id: teamId,
    paused: pausedAt === undefined ? undefined : pausedAt !== null,
  });

async function edit(
  tx: Transaction,
  context: WriteContext,
  input: BulkInput,
  found: readonly PolicyRecord[],
): Promise<number[]> {
  const writes = found.map((before) => ({ before, fields: editOf(input, before, context.at) }));
  requireFewTags(writes);
  if (input.action === "move") {
    const moving = found.filter((policy) => policy.teamId !== input.team_id);
    await requireFreeNames(tx, input.team_id, moving);
  }
  const changed = await writePolicyChanges(tx, context, writes);
  for (const some of perActivity(changed)) {
    await recordActivity(tx, context.viewer, {
      type: "changed_policies",
      teamId: "filter" in input && input.filter ? input.filter.team_id : null,
      details: {
        action: input.action,
        ...(context.reason && { reason: context.reason }),
        changes: some.map(({ before, fields }) => ({
          id: before.id,
          name: before.name,
          team_id: before.teamId,
          ...changes(audit(before), audit(fields)),
        })),
      },
    });
  }
  return changed.map(({ before }) => before.id);
}

/**
 * Does one thing to many policies: to all of them in one transaction, or to none. Returns the ids
 * of those that it made a difference to.
 */
export async function changePolicies(
  viewer: Viewer,
  input: BulkInput,
): Promise<{ matched: number; changed: number[] }> {
  // Before any lock: whoever may not write must not make writers wait.
  await chosenPolicies(database(), viewer, input);
  await requireDestination(database(), viewer, input);
  return transaction(
    database(),
    async (tx) => {
      const context = await beginWrite(tx, viewer, input.reason);
      const found = await chosenPolicies(tx, viewer, input);
      await requireDestination(tx, viewer, input);
      const matched = found.length;
      if (input.action !== "delete") {
        return { matched, changed: await edit(tx, context, input, found) };
      }
      await deleteRecords(tx, viewer, found, input.reason);
      return { matched, changed: found.map((policy) => policy.id) };
    },
    { limitMs: HEAVY_MS },
  );
}
