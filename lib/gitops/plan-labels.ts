import type { Executor, Transaction } from "#db/client.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { auditFields } from "#lib/labels/change.ts";
import { removeLabel } from "#lib/labels/delete.ts";
import { labelChangeOf, type PlannedLabel, planLabel, writeLabel } from "#lib/labels/specs.ts";
import { type LabelRecord, selectLabels, selectMemberIds } from "#lib/labels/sql.ts";
import { type PlannedChange, plannedChange } from "./planned.ts";
import { type Problems, requireDistinct } from "./problems.ts";
import type { GitopsInput } from "./schema.ts";

/** A label as it will be; of a manual one with the hosts that it lists from now on. */
export interface LabelAfter {
  label: LabelRecord;
  hostIds?: number[];
}

export interface PlannedLabels {
  changes: PlannedChange[];
  /** By name, ids of those to be made below zero. */
  after: Map<string, LabelAfter>;
  writes: PlannedLabel[];
  /** Made elsewhere, and to go. */
  gone: LabelRecord[];
}

function afterOf({ fields, before, spec, hostIds }: PlannedLabel, newId: number): LabelAfter {
  const at = new Date(0);
  const blank = {
    id: newId,
    isBuiltin: false,
    revision: 1,
    membershipRevision: 0,
    authorId: null,
  };
  const label: LabelRecord = { ...blank, createdAt: at, updatedAt: at, ...before, ...fields };
  return { label, ...(spec.hosts || spec.host_ids ? { hostIds } : {}) };
}

async function changeOf(executor: Executor, planned: PlannedLabel) {
  const { action, before, after } = labelChangeOf(planned);
  const { before: label, spec, hostIds } = planned;
  if (label?.membershipType !== "manual" || !(spec.hosts || spec.host_ids)) {
    return { action, before, after };
  }
  const present = await selectMemberIds(executor, label.id);
  if (JSON.stringify(present) === JSON.stringify(hostIds)) return { action, before, after };
  const hosts = { before: { hosts: present.length }, after: { hosts: hostIds.length } };
  return {
    action: "update" as const,
    before: { ...before, ...hosts.before },
    after: { ...after, ...hosts.after },
  };
}

export async function planLabels(
  executor: Executor,
  viewer: Viewer,
  input: GitopsInput,
  problems: Problems,
): Promise<PlannedLabels> {
  const labels = await selectLabels(executor);
  const after = new Map(labels.map((label): [string, LabelAfter] => [label.name, { label }]));
  const planned: PlannedLabels = { changes: [], after, writes: [], gone: [] };
  if (input.labels.length > 0 || input.complete.labels) authorize(viewer, "label:write", GLOBAL);
  requireDistinct(
    problems,
    input.labels,
    "labels",
    ({ name }) => name,
    ({ name }) => `label "${name}"`,
  );
  for (const [index, spec] of input.labels.entries()) {
    const place = `labels.${index}`;
    const before = labels.find(({ name }) => name === spec.name);
    if (before?.isBuiltin && spec.label_type === "builtin") continue;
    const item = await problems.at(place, () => planLabel(executor, viewer, spec, before));
    if (!item) continue;
    const known = afterOf(item, -1 - index);
    after.set(spec.name, known);
    planned.writes.push(item);
    planned.changes.push(
      plannedChange({
        kind: "label",
        name: spec.name,
        place,
        ...(await changeOf(executor, item)),
        touches: { kind: "label", id: known.label.id },
      }),
    );
  }
  planOthers(input, labels, planned);
  return planned;
}

function planOthers(
  { labels: specs, complete, delete_other }: GitopsInput,
  labels: readonly LabelRecord[],
  planned: PlannedLabels,
): void {
  if (!complete.labels) return;
  const named = new Set(specs.map(({ name }) => name));
  const others = labels.filter(({ name, isBuiltin }) => !isBuiltin && !named.has(name));
  const action = delete_other.includes("labels") ? "delete" : "keep";
  if (action === "delete") planned.gone = others;
  for (const label of others) {
    planned.changes.push(
      plannedChange({
        kind: "label",
        name: label.name,
        action,
        before: auditFields(label),
        touches: { kind: "label", id: label.id },
      }),
    );
  }
}

export async function applyLabels(
  tx: Transaction,
  viewer: Viewer,
  { writes }: PlannedLabels,
  at: Date,
): Promise<void> {
  for (const item of writes) await writeLabel(tx, viewer, item, at);
}

/** Refused while a policy or an exemption goes by one: after those that go. */
export async function deleteLabels(
  tx: Transaction,
  viewer: Viewer,
  { gone }: PlannedLabels,
  at: Date,
): Promise<void> {
  for (const label of gone) await removeLabel(tx, viewer, label, at);
}
