import { type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError, notFound } from "#lib/errors.ts";
import { forgetLabel } from "#lib/membership/label-members.ts";
import { endLabelVersions } from "#lib/membership/label-versions.ts";
import { auditFields } from "./change.ts";
import { beginWrite, requireRegular } from "./edit.ts";
import { deleteLabelRow, type LabelRecord, selectLabelsById, selectLabelsByName } from "./sql.ts";
import { usesOf } from "./uses.ts";

/** Throws `conflict` with everything that goes by the label: without it, they would mean others. */
async function requireUnused(tx: Transaction, label: LabelRecord, at: Date): Promise<void> {
  const uses = await usesOf(tx, label.id, at);
  if (uses.length === 0) return;
  const list = uses.map(({ reason }) => reason).join(", ");
  const reason = `Label "${label.name}" is used by ${list}. Take it out of them first.`;
  const named = uses.map(({ kind, reason }) => ({ name: kind, reason }));
  throw new AppError("conflict", [{ name: "base", reason }, ...named]);
}

async function remove(
  viewer: Viewer,
  find: (tx: Transaction) => Promise<LabelRecord[]>,
  what: string,
): Promise<void> {
  authorize(viewer, "label:write", GLOBAL);
  await transaction(
    database(),
    async (tx) => {
      const at = await beginWrite(tx);
      const [label] = await find(tx);
      if (!label) throw notFound(what);
      await removeLabel(tx, viewer, label, at);
    },
    { limitMs: HEAVY_MS },
  );
}

/** The write of deleteLabel, for changes that do more; the caller has authorized it. */
export async function removeLabel(
  tx: Transaction,
  viewer: Viewer,
  label: LabelRecord,
  at: Date,
): Promise<void> {
  requireRegular(label);
  await requireUnused(tx, label, at);
  await forgetLabel(tx, label.id);
  await deleteLabelRow(tx, label.id);
  await endLabelVersions(tx, at);
  await recordActivity(tx, viewer, {
    type: "deleted_label",
    details: {
      label_id: label.id,
      label_name: label.name,
      before: auditFields(label),
      after: {},
    },
  });
}

/** Throws `conflict` while a policy or a live exemption goes by it, naming all of them. */
export const deleteLabel = (viewer: Viewer, id: number): Promise<void> =>
  remove(viewer, (tx) => selectLabelsById(tx, [id]), `Label ${id}`);

export const deleteLabelByName = (viewer: Viewer, name: string): Promise<void> =>
  remove(viewer, (tx) => selectLabelsByName(tx, [name]), `Label "${name}"`);
