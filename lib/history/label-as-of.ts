import { authorize, GLOBAL, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { sizeOf } from "#lib/host-set.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import { hostScope } from "#lib/labels/labels.ts";
import { MEMBERSHIP_TYPES } from "#lib/labels/schema.ts";
import { criteriaOf } from "#lib/labels/serialize.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import type {
  LabelFactsThenJson,
  LabelsThenJson,
  LabelsThenOptions,
  LabelThenOptions,
  LabelThenReplyJson,
} from "./label-as-of-schema.ts";
import { countLabelsThen, type LabelVersion, selectLabelPageThen } from "./labels-sql.ts";
import { type HistoryLimits, readHistoryLimits, requireFull, requireKnown } from "./limits.ts";
import { SetsAt } from "./sets.ts";
import { policyThen } from "./then.ts";
import { selectPoliciesThen } from "./then-sql.ts";

const serializeFacts = (version: LabelVersion): LabelFactsThenJson => ({
  id: version.labelId,
  name: version.name,
  query: version.query,
  platform: version.platform,
  label_membership_type:
    MEMBERSHIP_TYPES.find((type) => type === version.membershipType) ?? "manual",
  criteria: criteriaOf(version),
  edited_at: version.at.toISOString(),
  ended_at: version.endedAt?.toISOString() ?? null,
});

/** Throws `bad_request` for a moment from before labels were kept. */
async function requireLabelsKept(at: Date): Promise<HistoryLimits> {
  const limits = await readHistoryLimits(database());
  requireKnown(at, limits, "as_of");
  requireFull(at, limits, "as_of");
  return limits;
}

/** Labels as they were, deleted ones too. */
export async function listLabelsThen(
  viewer: Viewer,
  options: LabelsThenOptions,
): Promise<LabelsThenJson> {
  authorize(viewer, "label:read", GLOBAL);
  const { as_of: at, query } = options;
  await requireLabelsKept(at);
  const db = await listDatabase();
  const [count, versions] = await Promise.all([
    countLabelsThen(db, { at, query }),
    selectLabelPageThen(db, { at, query }, pagingOf(options)),
  ]);
  return { as_of: at.toISOString(), count, labels: versions.map(serializeFacts) };
}

/** How many of the hosts that the viewer sees were members, and of how many nobody knew. */
async function countsThen(
  viewer: Viewer,
  id: number,
  options: LabelThenOptions,
  limits: HistoryLimits,
) {
  const scope = hostScope(viewer);
  if (!scope) return { host_count: 0, unknown_host_count: 0 };
  const { as_of: at, team_id: teamId } = options;
  const { members, unknown } = await new SetsAt(
    database(),
    { scope, at, teamId },
    limits,
  ).standings(id);
  return { host_count: sizeOf(members), unknown_host_count: sizeOf(unknown) };
}

async function policiesThen(viewer: Viewer, id: number, at: Date) {
  const scope = teamScope(viewer, "policy:read");
  const versions = await selectPoliciesThen(database(), { scope, at });
  return versions
    .filter((version) => labelIdsOf(policyThen(version).labelScope).includes(id))
    .map(({ policyId, name, teamId }) => ({ id: policyId, name, team_id: teamId }));
}

/** One label as it was. Throws `not_found` when there was none then. */
export async function getLabelThen(
  viewer: Viewer,
  id: number,
  options: LabelThenOptions,
): Promise<LabelThenReplyJson> {
  const { as_of: at, team_id: teamId } = options;
  authorize(viewer, "label:read", GLOBAL);
  if (teamId !== undefined) authorize(viewer, "host:read", { teamId });
  const limits = await requireLabelsKept(at);
  const [version] = await selectLabelPageThen(database(), { at, ids: [id] });
  if (!version) throw notFound(`Label ${id} as of ${at.toISOString()}`);
  const [counts, policies] = await Promise.all([
    countsThen(viewer, id, options, limits),
    policiesThen(viewer, id, at),
  ]);
  return { as_of: at.toISOString(), label: { ...serializeFacts(version), ...counts, policies } };
}
