import { databaseNow, type Executor, type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, invalid, notFound } from "#lib/errors.ts";
import { recordLabelVersions } from "#lib/membership/label-versions.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { certainErrorOf } from "#lib/tables/tables.ts";
import { isBuiltinName } from "./builtin.ts";
import { auditFields, type LabelFields, labelChange, newFields, patchedFields } from "./change.ts";
import { requireHosts } from "./find-hosts.ts";
import { getLabel, type LabelDetail } from "./labels.ts";
import { replaceMembers } from "./members.ts";
import type { LabelInput, LabelPatch } from "./schema.ts";
import {
  insertLabel,
  type LabelRecord,
  selectLabelsById,
  selectLabelsByName,
  updateLabel,
} from "./sql.ts";

/** Everyone who edits labels or policies waits here for each other. Returns the moment of writing. */
export async function beginWrite(tx: Transaction): Promise<Date> {
  await raiseRevision(tx, "policies");
  return databaseNow(tx);
}

export async function requireFreeName(tx: Executor, name: string): Promise<void> {
  if (isBuiltinName(name)) {
    throw invalid("name", `cannot add label '${name}' because it is the name of a built-in label`);
  }
  const [taken] = await selectLabelsByName(tx, [name]);
  if (taken) throw conflict(`Label "${name}" already exists`);
}

/** Built-in labels are what Fleet's clients and files take them for. */
export function requireRegular(label: LabelRecord): void {
  if (label.isBuiltin) throw invalid("name", `cannot modify built-in label '${label.name}'`);
}

/** Throws `invalid` when no host could run the query. It takes milliseconds: before any lock. */
export async function requireSound(query: string, whose = "label query"): Promise<void> {
  const error = query === "" ? undefined : await certainErrorOf(query);
  if (error !== undefined) throw invalid("query", `${whose}: ${error}`);
}

/** What a label lists by hand; undefined: nothing is said of it. */
export interface GivenHosts {
  hosts?: readonly string[] | null;
  host_ids?: readonly number[] | null;
}

const lists = ({ hosts, host_ids }: GivenHosts) => Boolean(hosts || host_ids);

export const membersOf = (tx: Transaction, viewer: Viewer, given: GivenHosts): Promise<number[]> =>
  requireHosts(tx, teamScope(viewer, "host:identify"), given);

/** Writes a new label with its members and activity. */
export async function writeNewLabel(
  tx: Transaction,
  viewer: Viewer,
  fields: LabelFields,
  given: GivenHosts,
  at: Date,
): Promise<number> {
  await requireFreeName(tx, fields.name);
  const id = await insertLabel(tx, {
    ...fields,
    authorId: viewer.kind === "user" ? viewer.id : null,
    createdAt: at,
    updatedAt: at,
  });
  await recordLabelVersions(tx, at, [id]);
  const hostIds = lists(given) ? await membersOf(tx, viewer, given) : [];
  await replaceMembers(tx, id, hostIds);
  await recordActivity(tx, viewer, {
    type: "created_label",
    details: {
      label_id: id,
      label_name: fields.name,
      before: {},
      after: { ...auditFields(fields), ...countOf(fields, hostIds) },
    },
  });
  return id;
}

const countOf = ({ membershipType }: { membershipType: string }, hostIds: readonly number[]) =>
  membershipType === "manual" ? { hosts: hostIds.length } : {};

export async function createLabel(viewer: Viewer, input: LabelInput): Promise<LabelDetail> {
  authorize(viewer, "label:write", GLOBAL);
  const fields = newFields(input);
  await requireSound(fields.query);
  const id = await transaction(
    database(),
    async (tx) => writeNewLabel(tx, viewer, fields, input, await beginWrite(tx)),
    { limitMs: HEAVY_MS },
  );
  return getLabel(viewer, id);
}

/** Writes what differs; whether anything did. */
export async function writeLabelChange(
  tx: Transaction,
  viewer: Viewer,
  before: LabelRecord,
  fields: Partial<LabelFields>,
  given: GivenHosts,
  at: Date,
): Promise<boolean> {
  const set = labelChange(before, fields, at);
  if (set.name !== undefined) await requireFreeName(tx, set.name);
  const differs = Object.keys(set).length > 0;
  if (differs) {
    await updateLabel(tx, before.id, set);
    await recordLabelVersions(tx, at, [before.id]);
  }
  const hostIds = lists(given) ? await membersOf(tx, viewer, given) : undefined;
  const moved = hostIds ? await replaceMembers(tx, before.id, hostIds) : undefined;
  if (!differs && !moved) return false;
  const diff = changes(auditFields(before), auditFields({ ...before, ...set }));
  await recordActivity(tx, viewer, {
    type: "edited_label",
    details: {
      label_id: before.id,
      label_name: set.name ?? before.name,
      before: { ...diff.before, ...(moved ? { hosts: moved.before } : {}) },
      after: { ...diff.after, ...(moved ? { hosts: moved.after } : {}) },
    },
  });
  return true;
}

/** Changes the fields that the patch has. What kind of label it is stays. */
export async function modifyLabel(
  viewer: Viewer,
  id: number,
  patch: LabelPatch,
): Promise<LabelDetail> {
  authorize(viewer, "label:write", GLOBAL);
  if (patch.query) {
    const [stored] = await selectLabelsById(database(), [id]);
    if (stored && stored.query !== patch.query) await requireSound(patch.query);
  }
  await transaction(
    database(),
    async (tx) => {
      const at = await beginWrite(tx);
      const [before] = await selectLabelsById(tx, [id]);
      if (!before) throw notFound(`Label ${id}`);
      requireRegular(before);
      await writeLabelChange(tx, viewer, before, patchedFields(before, patch), patch, at);
    },
    { limitMs: HEAVY_MS },
  );
  return getLabel(viewer, id);
}
