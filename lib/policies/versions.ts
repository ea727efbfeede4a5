import { type Executor, type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { authorize, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, notFound } from "#lib/errors.ts";
import { pageMeta, pagingOf } from "#lib/http/list-options.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import { beginWrite, recordEdit, requireVersion } from "./edit.ts";
import { readLabelNames } from "./label-scope.ts";
import { getPolicy } from "./policies.ts";
import type { PolicyJson } from "./schema.ts";
import { selectPolicyRecords, selectPolicyRecordsByName } from "./sql.ts";
import { readVersionFields, restoringEdit } from "./version-fields.ts";
import type { Restoring, VersionJson } from "./version-schema.ts";
import { serializeVersion, type VersionCounts } from "./version-serialize.ts";
import { selectVersion, selectVersions, type VersionRow } from "./version-sql.ts";
import { writePolicyChange } from "./write.ts";

const REVISIONS_PER_PAGE = 20;

/**
 * How the hosts stood. What a version left behind counts the hosts of all teams, so somebody of one
 * team learns it only where the policy was that team's alone.
 */
function countsOf(viewer: Viewer, policy: PolicyJson, row: VersionRow): VersionCounts | null {
  if (row.version === policy.version) {
    return {
      passing: policy.passing_host_count,
      failing: policy.failing_host_count,
      erroring: policy.error_host_count,
      stale: policy.stale_host_count,
      exempt: policy.exempt_host_count,
    };
  }
  const seesAll = teamScope(viewer, "policy:read").teamIds === "all";
  const isOwn = row.teamId !== null && row.teamId === policy.team_id;
  return seesAll || isOwn ? row : null;
}

const namesOf = (executor: Executor, rows: readonly VersionRow[]) =>
  readLabelNames(
    executor,
    rows.map(({ fields }) => readVersionFields(fields)),
  );

/** Rules by a label that is gone cannot be had back: without it they would mean other hosts. */
async function requireLabels(tx: Transaction, row: VersionRow): Promise<void> {
  const { labelScope } = readVersionFields(row.fields);
  const names = await namesOf(tx, [row]);
  if (labelIdsOf(labelScope).every((id) => names.has(id))) return;
  throw conflict(
    "This revision goes by a label that was deleted since: restore it by hand, by another label",
  );
}

/** What a policy was, newest first. Throws as getPolicy does. */
export async function listVersions(
  viewer: Viewer,
  id: number,
  options: { page?: number; per_page?: number },
) {
  const policy = await getPolicy(viewer, id);
  const paging = pagingOf({ per_page: REVISIONS_PER_PAGE, ...options });
  // One more than the page: it tells what the last one changed, and whether there is a next page.
  const more = { ...paging, limit: paging.limit + 1 };
  const found = await selectVersions(database(), teamScope(viewer, "policy:read"), id, more);
  const { rows, meta } = pageMeta(found, paging);
  const names = await namesOf(database(), found);
  const revisions = rows.map((row, index) =>
    serializeVersion(row, found[index + 1], countsOf(viewer, policy, row), names),
  );
  return { revisions, meta };
}

const gone = (id: number, version: number) => notFound(`Revision ${version} of policy ${id}`);

export async function getVersion(
  viewer: Viewer,
  id: number,
  version: number,
): Promise<VersionJson> {
  const policy = await getPolicy(viewer, id);
  const scope = teamScope(viewer, "policy:read");
  const [row, previous] = await Promise.all([
    selectVersion(database(), scope, id, version),
    selectVersion(database(), scope, id, version - 1),
  ]);
  if (!row) throw gone(id, version);
  const names = await namesOf(database(), previous ? [row, previous] : [row]);
  return serializeVersion(row, previous, countsOf(viewer, policy, row), names);
}

/**
 * Writes what a version said as the newest one; `conflict` when its name is another policy's by
 * now. SQL that comes back is asked anew: what hosts said to it once may no longer be so.
 */
export async function restoreVersion(
  viewer: Viewer,
  id: number,
  version: number,
  { reason, expected_version }: Restoring,
): Promise<PolicyJson> {
  const [policy] = await selectPolicyRecords(database(), [id]);
  authorize(viewer, "policy:write", policy ?? { teamId: null });
  await transaction(
    database(),
    async (tx) => {
      const context = await beginWrite(tx, viewer, reason || `Restored revision ${version}`);
      const [before] = await selectPolicyRecords(tx, [id]);
      const row = await selectVersion(tx, teamScope(viewer, "policy:write"), id, version);
      if (!before) throw notFound(`Policy ${id}`);
      authorize(viewer, "policy:write", before);
      if (!row) throw gone(id, version);
      await requireVersion(tx, viewer, before, expected_version);
      const [taken] = await selectPolicyRecordsByName(tx, before.teamId, [row.name]);
      if (taken && taken.id !== id) {
        throw conflict(
          `Policy "${row.name}" already exists: rename it, or this revision cannot have its name back`,
        );
      }
      await requireLabels(tx, row);
      const fields = restoringEdit(row.name, row.fields);
      if (!(await writePolicyChange(tx, context, before, fields))) return;
      await recordEdit(tx, context, before, fields, { restored_revision: version });
    },
    { limitMs: HEAVY_MS },
  );
  return getPolicy(viewer, id);
}
