import { databaseNow, type Executor, type Transaction, transaction } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, isAllowed, type Target, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { conflict, invalid, notFound } from "#lib/errors.ts";
import { pageMeta, pagingOf } from "#lib/http/list-options.ts";
import { settleHosts } from "#lib/membership/settle-hosts.ts";
import { selectPolicyRecords } from "#lib/policies/sql.ts";
import { raiseRevision } from "#lib/revisions.ts";
import type {
  ExemptionInput,
  ExemptionJson,
  ExemptionListOptions,
  ExemptionPatch,
} from "./schema.ts";
import { endedAt, serializeExemption } from "./serialize.ts";
import {
  countExemptions,
  countLiveExemptions,
  type ExemptionRecord,
  type ExemptionSelection,
  insertExemption,
  lockExemption,
  selectExemption,
  selectExemptions,
  selectSameExemption,
  selectTarget,
  updateExemption,
} from "./sql.ts";

/** Every process keeps the live ones in memory; a fleet that needs more wants labels or a scope. */
const LIVE_MAX = 20_000;
const DAY_MS = 86_400_000;
const REMIND_DAYS_BEFORE = 7;

/**
 * In force and next to end first, unless asked otherwise. With `past`, those that there were at that
 * moment of policies that are still there; who sees which goes by the teams of now.
 */
export async function listExemptions(viewer: Viewer, options: ExemptionListOptions, past?: Date) {
  const scope = teamScope(viewer, "policy:read");
  const now = past ?? (await databaseNow(database()));
  const selection: ExemptionSelection = {
    policyId: options.policy_id,
    hostId: options.host_id,
    teamId: options.team_id,
    state: options.state ?? "live",
    query: options.query,
    now,
    isPast: past !== undefined,
  };
  const paging = pagingOf(options);
  const order = {
    key: options.order_key ?? "expires_at",
    descending: options.order_direction === "desc",
  };
  const [found, count] = await Promise.all([
    selectExemptions(database(), scope, selection, order, { ...paging, limit: paging.limit + 1 }),
    countExemptions(database(), scope, selection),
  ]);
  const { rows, meta } = pageMeta(found, paging);
  return { exemptions: rows.map((row) => serializeExemption(row, now)), count, meta };
}

/** Throws `not_found` for one that is gone or that the viewer does not see. */
export async function getExemption(viewer: Viewer, id: number): Promise<ExemptionJson> {
  const scope = teamScope(viewer, "policy:read");
  const now = await databaseNow(database());
  const selection: ExemptionSelection = { ids: [id], state: "all", now };
  const order = { key: "expires_at", descending: false } as const;
  const [row] = await selectExemptions(database(), scope, selection, order, {
    limit: 1,
    offset: 0,
  });
  if (!row) throw notFound(`Exemption ${id}`);
  return serializeExemption(row, now);
}

const NOBODYS: Target = { teamId: null };

/**
 * Whoever may edit the policy may let off from it. So nobody of a team can weaken a global policy,
 * not even for hosts of that team.
 */
async function requireWritable(viewer: Viewer, policyId: number) {
  const [policy] = await selectPolicyRecords(database(), [policyId]);
  authorize(viewer, "policy:write", policy ?? NOBODYS);
  if (!policy) throw notFound(`Policy ${policyId}`);
  return policy;
}

const targetOf = (input: ExemptionInput) => ({
  hostId: input.host_id ?? null,
  labelId: input.label_id ?? null,
  teamId: input.team_id ?? null,
});

type ChosenTarget = ReturnType<typeof targetOf>;

export interface ExemptionFields {
  reason: string;
  expiresAt: Date;
  /** null: never. Absent: a week before the end. */
  remindAt?: Date | null;
}

const fieldsOf = (input: ExemptionInput): ExemptionFields => ({
  reason: input.reason,
  expiresAt: input.expires_at,
  remindAt: input.remind_at,
});

export interface OwnedPolicy {
  id: number;
  name: string;
  teamId: number | null;
}

/** What the target is called. Throws when it is out of sight, or is never asked the policy. */
export async function requireTarget(
  executor: Executor,
  viewer: Viewer,
  policyTeamId: number | null,
  target: ChosenTarget,
): Promise<string> {
  const found = await selectTarget(executor, target);
  const isSeen = found?.teamId == null || isAllowed(viewer, "host:identify", found);
  if (!found || !isSeen) {
    if (target.hostId !== null) throw notFound(`Host ${target.hostId}`);
    if (target.labelId !== null) throw notFound(`Label ${target.labelId}`);
    throw notFound(`Team ${target.teamId}`);
  }
  const foreign = policyTeamId !== null && found.teamId !== null && found.teamId !== policyTeamId;
  if (foreign)
    throw invalid("base", `"${found.name}" is not asked this policy: it is of another team`);
  return found.name;
}

const defaultReminder = (expiresAt: Date, now: Date): Date | null => {
  const at = new Date(expiresAt.getTime() - REMIND_DAYS_BEFORE * DAY_MS);
  return at > now ? at : null;
};

/** Lets a host, a label's members or a team off a policy, from now until its time. */
export async function createExemption(
  viewer: Viewer,
  input: ExemptionInput,
): Promise<ExemptionJson> {
  await requireWritable(viewer, input.policy_id);
  const target = targetOf(input);
  const id = await transaction(database(), async (tx) => {
    await raiseRevision(tx, "policies");
    const now = await databaseNow(tx);
    const [policy] = await selectPolicyRecords(tx, [input.policy_id]);
    if (!policy) throw notFound(`Policy ${input.policy_id}`);
    authorize(viewer, "policy:write", policy);
    const exemptionId = await writeNewExemption(tx, viewer, policy, target, fieldsOf(input), now);
    await requireRoom(tx, now);
    await settleTargets(tx, [target]);
    return exemptionId;
  });
  return getExemption(viewer, id);
}

/**
 * Has the rows and counts of single hosts say at once whether they are exempt. Hosts of labels and
 * teams, of which there may be many, follow by the worker within seconds; verdicts are computed as they
 * are read, and need neither.
 */
export const settleTargets = (
  tx: Transaction,
  targets: readonly { hostId: number | null }[],
): Promise<void> => settleHosts(tx, [...new Set(targets.flatMap(({ hostId }) => hostId ?? []))]);

/**
 * The write of createExemption, for changes that do more. The caller has authorized it; it checks the
 * room and settles the targets when all are written, since either takes as long for many as for one.
 */
export async function writeNewExemption(
  tx: Transaction,
  viewer: Viewer,
  policy: OwnedPolicy,
  target: ChosenTarget,
  { reason, expiresAt, remindAt }: ExemptionFields,
  now: Date,
): Promise<number> {
  const targetName = await requireTarget(tx, viewer, policy.teamId, target);
  await requireNew(tx, policy.id, target, targetName, now);
  const row = {
    policyId: policy.id,
    ...target,
    reason,
    authorId: viewer.kind === "user" ? viewer.id : null,
    authorName: viewer.name,
    createdAt: now,
    expiresAt,
    remindAt: remindAt === undefined ? defaultReminder(expiresAt, now) : remindAt,
  };
  const id = await insertExemption(tx, row);
  await record(tx, viewer, "created_exemption", policy, {
    ...named({ ...target, id }, targetName),
    before: {},
    after: auditFields(row),
  });
  return id;
}

async function requireNew(
  tx: Transaction,
  policyId: number,
  target: ChosenTarget,
  targetName: string,
  now: Date,
): Promise<void> {
  const same = await selectSameExemption(tx, policyId, target, now);
  if (same) {
    throw conflict(
      `"${targetName}" is exempt from this policy until ${same.expiresAt.toISOString()}: change exemption ${same.id} instead`,
    );
  }
}

/** Throws `conflict` when what this transaction wrote makes more than there may be. */
export async function requireRoom(tx: Transaction, now: Date): Promise<void> {
  if ((await countLiveExemptions(tx, now)) <= LIVE_MAX) return;
  throw conflict(
    `There are ${LIVE_MAX} exemptions in force, as many as there may be: exempt a label, or end some`,
  );
}

/** Changes reason, end or reminder of one that is in force. */
export async function modifyExemption(
  viewer: Viewer,
  id: number,
  patch: ExemptionPatch,
): Promise<ExemptionJson> {
  await change(viewer, id, async (tx, before, now) => {
    const over = endedAt(before, now);
    if (over) throw conflict(`Exemption ${id} ended on ${over.toISOString()}: make a new one`);
    const expiresAt = patch.expires_at ?? before.expiresAt;
    const remindAt = patch.remind_at === undefined ? before.remindAt : patch.remind_at;
    const after = { reason: patch.reason ?? before.reason, expiresAt, remindAt };
    const moved = patch.expires_at !== undefined || patch.remind_at !== undefined;
    if (moved && remindAt && remindAt >= expiresAt) {
      // The end came forward past a reminder that nobody spoke of.
      if (patch.remind_at) throw invalid("remind_at", "remind_at must be before expires_at");
      after.remindAt = defaultReminder(expiresAt, now);
    }
    const differs = await writeFields(tx, before, after);
    if (!differs) return undefined;
    return { type: "edited_exemption", details: differs };
  });
  return getExemption(viewer, id);
}

async function writeFields(
  tx: Transaction,
  before: ExemptionRecord,
  after: Pick<ExemptionRecord, "reason" | "expiresAt" | "remindAt">,
) {
  const differs = changes(auditFields(before), auditFields(after));
  if (Object.keys(differs.after).length === 0) return undefined;
  const { expires_at, remind_at } = differs.after;
  const moved = expires_at !== undefined || remind_at !== undefined;
  await updateExemption(tx, before.id, { ...after, ...(moved ? { remindedAt: null } : {}) });
  return differs;
}

/** Changes one in force; a reminder that nobody speaks of and that comes after the new end is set anew. */
export async function writeExemptionChange(
  tx: Transaction,
  viewer: Viewer,
  policy: OwnedPolicy,
  before: ExemptionRecord,
  { reason, expiresAt, remindAt: given }: ExemptionFields,
  now: Date,
): Promise<void> {
  const late = before.remindAt !== null && before.remindAt >= expiresAt;
  const kept = late ? defaultReminder(expiresAt, now) : before.remindAt;
  const remindAt = given === undefined ? kept : given;
  const differs = await writeFields(tx, before, { reason, expiresAt, remindAt });
  if (differs)
    await recordOf(tx, viewer, policy, before, { type: "edited_exemption", details: differs });
}

/** The write of endExemption, for changes that do more: they settle the targets as well. */
export async function writeExemptionEnd(
  tx: Transaction,
  viewer: Viewer,
  policy: OwnedPolicy,
  before: ExemptionRecord,
  now: Date,
): Promise<void> {
  const done = await end(tx, viewer, before, now);
  if (done) await recordOf(tx, viewer, policy, before, done);
}

async function end(
  tx: Transaction,
  viewer: Viewer,
  before: ExemptionRecord,
  now: Date,
): Promise<Change | undefined> {
  if (endedAt(before, now)) return undefined;
  await updateExemption(tx, before.id, { revokedAt: now, revokedByName: viewer.name });
  return { type: "ended_exemption", details: { before: auditFields(before), after: {} } };
}

/** Ends one now. Ending what has ended changes nothing. */
export async function endExemption(viewer: Viewer, id: number): Promise<ExemptionJson> {
  await change(viewer, id, async (tx, before, now) => {
    const done = await end(tx, viewer, before, now);
    if (done) await settleTargets(tx, [before]);
    return done;
  });
  return getExemption(viewer, id);
}

interface Change {
  type: string;
  details: Record<string, unknown>;
}

async function change(
  viewer: Viewer,
  id: number,
  apply: (tx: Transaction, before: ExemptionRecord, now: Date) => Promise<Change | undefined>,
): Promise<void> {
  const known = await selectExemption(database(), id);
  if (!known) {
    authorize(viewer, "policy:write", NOBODYS);
    throw notFound(`Exemption ${id}`);
  }
  await requireWritable(viewer, known.policyId);
  await transaction(database(), async (tx) => {
    await raiseRevision(tx, "policies");
    const now = await databaseNow(tx);
    const before = await lockExemption(tx, id);
    const [policy] = await selectPolicyRecords(tx, [known.policyId]);
    if (!before || !policy) throw notFound(`Exemption ${id}`);
    authorize(viewer, "policy:write", policy);
    const done = await apply(tx, before, now);
    if (done) await recordOf(tx, viewer, policy, before, done);
  });
}

async function recordOf(
  tx: Transaction,
  viewer: Viewer,
  policy: OwnedPolicy,
  before: ExemptionRecord,
  { type, details }: Change,
): Promise<void> {
  const target = await selectTarget(tx, before);
  await record(tx, viewer, type, policy, {
    ...named(before, target?.name ?? "<deleted>"),
    ...details,
  });
}

const auditFields = (row: Pick<ExemptionRecord, "reason" | "expiresAt" | "remindAt">) => ({
  reason: row.reason,
  expires_at: row.expiresAt.toISOString(),
  remind_at: row.remindAt?.toISOString() ?? null,
});

const named = (
  row: Pick<ExemptionRecord, "id" | "hostId" | "labelId" | "teamId">,
  targetName: string,
) => ({
  exemption_id: row.id,
  ...(row.hostId === null ? {} : { host_id: row.hostId, host_display_name: targetName }),
  ...(row.labelId === null ? {} : { label_id: row.labelId, label_name: targetName }),
  ...(row.teamId === null ? {} : { team_id: row.teamId, team_name: targetName }),
});

/** Under the team of the policy, whose keepers look there. */
export function record(
  tx: Transaction,
  viewer: Viewer,
  type: string,
  policy: OwnedPolicy,
  details: Record<string, unknown>,
): Promise<void> {
  return recordActivity(tx, viewer, {
    type,
    teamId: policy.teamId,
    details: { policy_id: policy.id, policy_name: policy.name, ...details },
  });
}
