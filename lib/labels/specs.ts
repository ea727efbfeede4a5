import { setImmediate } from "node:timers/promises";
import { type Executor, type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { changes } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { invalid, notFound } from "#lib/errors.ts";
import { auditFields, type LabelFields, newFields } from "./change.ts";
import {
  beginWrite,
  requireFreeName,
  requireSound,
  writeLabelChange,
  writeNewLabel,
} from "./edit.ts";
import { requireHosts } from "./find-hosts.ts";
import { hostScope } from "./labels.ts";
import type { LabelChange, LabelSpec } from "./schema.ts";
import { type LabelRecord, selectLabels, selectLabelsByName, selectMembers } from "./sql.ts";

/** A label, and of a manual one what its hosts are called. */
export interface SpecLabel {
  label: LabelRecord;
  hosts: string[] | null;
}

async function withHosts(viewer: Viewer, labels: readonly LabelRecord[]): Promise<SpecLabel[]> {
  const manual = labels.filter(({ membershipType }) => membershipType === "manual");
  const scope = hostScope(viewer);
  const ids = manual.map(({ id }) => id);
  const rows = scope && ids.length > 0 ? await selectMembers(database(), scope, ids) : [];
  const hosts = new Map(manual.map(({ id }): [number, string[]] => [id, []]));
  for (const { labelId, called } of rows) hosts.get(labelId)?.push(called);
  return labels.map((label) => ({ label, hosts: hosts.get(label.id) ?? null }));
}

export async function listLabelSpecs(viewer: Viewer): Promise<SpecLabel[]> {
  authorize(viewer, "label:read", GLOBAL);
  return withHosts(viewer, await selectLabels(database()));
}

export async function getLabelSpec(viewer: Viewer, name: string): Promise<SpecLabel> {
  authorize(viewer, "label:read", GLOBAL);
  const labels = await selectLabelsByName(database(), [name]);
  const [found] = await withHosts(viewer, labels);
  if (!found) throw notFound(`Label "${name}"`);
  return found;
}

export interface PlannedLabel {
  spec: LabelSpec;
  fields: LabelFields;
  before: LabelRecord | undefined;
  /** Those that the spec lists. */
  hostIds: number[];
}

/** What each spec finds in place. Built-in ones, which `get labels` prints too, are passed over. */
async function plan(
  executor: Executor,
  viewer: Viewer,
  specs: readonly LabelSpec[],
): Promise<PlannedLabel[]> {
  const names = specs.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalid("name", `Label "${twice}" is in the list twice`);
  const found = await selectLabelsByName(executor, names);
  const planned: PlannedLabel[] = [];
  for (const spec of specs) {
    const before = found.find(({ name }) => name === spec.name);
    if (before?.isBuiltin && spec.label_type === "builtin") continue;
    planned.push(await planLabel(executor, viewer, spec, before));
  }
  return planned;
}

/** Throws `invalid` or `conflict` for a spec that cannot be applied to what is there. */
export async function planLabel(
  executor: Executor,
  viewer: Viewer,
  spec: LabelSpec,
  before: LabelRecord | undefined,
): Promise<PlannedLabel> {
  if (!before || before.isBuiltin) await requireFreeName(executor, spec.name);
  const fields = newFields(spec);
  if (before && before.membershipType !== fields.membershipType) {
    const kinds = `${before.membershipType} and cannot become ${fields.membershipType}`;
    throw invalid("label_membership_type", `Label "${spec.name}" is ${kinds}`);
  }
  const hostIds = await requireHosts(executor, teamScope(viewer, "host:identify"), spec);
  return { spec, fields, before, hostIds };
}

export function labelChangeOf({ spec, fields, before }: PlannedLabel): LabelChange {
  const hosts = spec.hosts ? { hosts: spec.hosts } : {};
  if (!before) {
    return {
      name: spec.name,
      action: "create",
      before: {},
      after: { ...auditFields(fields), ...hosts },
    };
  }
  const diff = changes(auditFields(before), auditFields(fields));
  const action = Object.keys(diff.after).length > 0 ? "update" : "none";
  return { name: spec.name, action, ...diff };
}

/** Writes what a spec asks for; says what that changed. */
export async function writeLabel(
  tx: Transaction,
  viewer: Viewer,
  planned: PlannedLabel,
  at: Date,
): Promise<LabelChange> {
  const { spec, fields, before } = planned;
  const change = labelChangeOf(planned);
  if (!before) await writeNewLabel(tx, viewer, fields, spec, at);
  else if (await writeLabelChange(tx, viewer, before, fields, spec, at)) {
    return { ...change, action: "update" };
  }
  return change;
}

/**
 * Makes or replaces labels by name: all of them in one transaction, or none. A manual label's spec
 * without `hosts` leaves its hosts as they are. A dry run only tells.
 */
export async function applyLabelSpecs(
  viewer: Viewer,
  specs: readonly LabelSpec[],
  dryRun: boolean,
): Promise<{ dry_run: boolean; changes: LabelChange[] }> {
  authorize(viewer, "label:write", GLOBAL);
  // Before any lock: what cannot be applied must not make writers wait.
  const planned = await plan(database(), viewer, specs);
  for (const { fields, before } of planned) {
    if (before?.query === fields.query) continue;
    await requireSound(fields.query, `query of label "${fields.name}"`);
    await setImmediate();
  }
  if (dryRun) return { dry_run: true, changes: planned.map(labelChangeOf) };
  const done = await transaction(
    database(),
    async (tx) => {
      const at = await beginWrite(tx);
      const all: LabelChange[] = [];
      for (const item of await plan(tx, viewer, specs))
        all.push(await writeLabel(tx, viewer, item, at));
      return all;
    },
    { limitMs: HEAVY_MS },
  );
  return { dry_run: false, changes: done };
}
