import { databaseNow, type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, isAllowed } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { AppError, badRequest, notFound } from "#lib/errors.ts";
import { type LabelRecord, selectLabelsByName } from "#lib/labels/sql.ts";
import { usesOf } from "#lib/labels/uses.ts";
import { setLabelMembers } from "#lib/membership/label-members.ts";
import { holdPolicies } from "#lib/revisions.ts";
import { hostScope } from "./hosts.ts";
import { displayName } from "./serialize.ts";
import { selectHostTeams } from "./sql.ts";

/**
 * Puts a host on the lists of manual labels, or takes it off: all of them or none. Whoever may not edit
 * labels may do so to hosts of their teams, but not where it would change what another scope's policies
 * ask: a team does not weaken what is asked of all.
 */
export async function setHostLabels(
  viewer: Viewer,
  id: number,
  names: readonly string[],
  change: "add" | "remove",
): Promise<void> {
  await hostScope(viewer, "host:write", id);
  const wanted = [...new Set(names)];
  await transaction(database(), async (tx) => {
    await holdPolicies(tx);
    const [host] = await selectHostTeams(tx, [id]);
    if (!host) throw notFound(`Host ${id}`);
    authorize(viewer, "host:write", host);
    const labels = await requireManual(tx, wanted);
    await requireOwnUses(tx, viewer, host.teamId, labels);
    for (const label of labels) await setLabelMembers(tx, label.id, { [change]: [id] });
    if (labels.length === 0) return;
    await recordActivity(tx, viewer, {
      type: change === "add" ? "added_host_labels" : "removed_host_labels",
      teamId: host.teamId,
      details: {
        host_id: id,
        host_display_name: displayName(host),
        label_names: labels.map(({ name }) => name).sort(),
      },
    });
  });
}

async function requireManual(tx: Transaction, names: readonly string[]): Promise<LabelRecord[]> {
  const labels = await selectLabelsByName(tx, names);
  const known = new Set(labels.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) throw badRequest(`There are no labels called ${listed(unknown)}`);
  const others = labels.filter((one) => one.isBuiltin || one.membershipType !== "manual");
  if (others.length > 0) {
    const list = listed(others.map(({ name }) => name));
    throw badRequest(`${list}: hosts come to these labels by themselves. Name manual labels only`);
  }
  return labels;
}

async function requireOwnUses(
  tx: Transaction,
  viewer: Viewer,
  teamId: number | null,
  labels: readonly LabelRecord[],
): Promise<void> {
  if (isAllowed(viewer, "label:write", GLOBAL)) return;
  const at = await databaseNow(tx);
  for (const label of labels) {
    const uses = await usesOf(tx, label.id, at);
    if (uses.every((use) => use.teamId === teamId)) continue;
    throw new AppError(
      "forbidden",
      `Label "${label.name}" decides on policies of more than this team: ask who may edit labels.`,
    );
  }
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(", ");
