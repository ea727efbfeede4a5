import {
  and,
  asc,
  count,
  desc,
  eq,
  gt,
  inArray,
  isNull,
  lte,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { Executor, Transaction } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { labels } from "#db/schema/labels.ts";
import { exemptions, policies } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";
import { likeText, type Paging } from "#lib/http/list-options.ts";
import { ENDS_SOON_DAYS, type ExemptionOrderKey, type ExemptionState } from "./schema.ts";

export type ExemptionRecord = typeof exemptions.$inferSelect;

export interface ExemptionSelection {
  ids?: readonly number[];
  policyId?: number;
  hostId?: number;
  /** What lets hosts of a team off (0: no team): from its own policies, or from those of all teams. */
  teamId?: number;
  state: ExemptionState;
  query?: string;
  now: Date;
  /** `now` is a moment of the past: what was made or ended later does not count. */
  isPast?: boolean;
}

const isLive = (now: Date) => and(isNull(exemptions.revokedAt), gt(exemptions.expiresAt, now));
const isEnded = (now: Date) =>
  or(sql`${exemptions.revokedAt} is not null`, lte(exemptions.expiresAt, now));
const DAY_MS = 86_400_000;
const endsSoon = (now: Date) =>
  lte(exemptions.expiresAt, new Date(now.getTime() + ENDS_SOON_DAYS * DAY_MS));

const wasMade = (at: Date) => lte(exemptions.createdAt, at);
const wasLive = (at: Date) =>
  and(
    wasMade(at),
    or(isNull(exemptions.revokedAt), gt(exemptions.revokedAt, at)),
    gt(exemptions.expiresAt, at),
  );
const wasEnded = (at: Date) =>
  and(wasMade(at), or(lte(exemptions.revokedAt, at), lte(exemptions.expiresAt, at)));

function wasIn(state: ExemptionState, at: Date): SQL | undefined {
  if (state === "live") return wasLive(at);
  if (state === "ending") return and(wasLive(at), endsSoon(at));
  return state === "ended" ? wasEnded(at) : wasMade(at);
}

function isIn(state: ExemptionState, now: Date): SQL | undefined {
  if (state === "live") return isLive(now);
  if (state === "ending") return and(isLive(now), endsSoon(now));
  return state === "ended" ? isEnded(now) : undefined;
}

/** A label may have members in any team. Of a statement that joins policies and hosts. */
const isAbout = (teamId: number): SQL | undefined =>
  or(
    eq(policies.teamId, teamId),
    and(isNull(policies.teamId), sql`${exemptions.labelId} is not null`),
    eq(exemptions.teamId, teamId),
    teamId === 0
      ? and(sql`${exemptions.hostId} is not null`, isNull(hosts.teamId))
      : eq(hosts.teamId, teamId),
  );

/**
 * What a viewer of some teams sees: exemptions from policies that they see, unless it is a host of
 * another team that is let off a global policy.
 */
function seenIn(scope: TeamScope): SQL | undefined {
  return and(inScopeOrGlobal(scope, policies.teamId), targetSeenIn(scope));
}

/** Whom it lets off, as far as the policy does not decide; of a statement that joins the hosts. */
export function targetSeenIn(scope: TeamScope): SQL | undefined {
  if (scope.teamIds === "all") return undefined;
  return and(
    or(isNull(exemptions.hostId), inScope(scope, hosts.teamId)),
    or(isNull(exemptions.teamId), inScope(scope, exemptions.teamId)),
  );
}

function wanted(scope: TeamScope, selection: ExemptionSelection): SQL | undefined {
  const { ids, policyId, hostId, teamId, state, query, now, isPast } = selection;
  const text = query ? likeText(query) : undefined;
  return and(
    seenIn(scope),
    ids && inArray(exemptions.id, [...ids]),
    policyId === undefined ? undefined : eq(exemptions.policyId, policyId),
    hostId === undefined ? undefined : eq(exemptions.hostId, hostId),
    teamId === undefined ? undefined : isAbout(teamId),
    isPast ? wasIn(state, now) : isIn(state, now),
    text === undefined
      ? undefined
      : sql`(${policies.name} collate utf8mb4_unicode_ci like ${text} or ${exemptions.reason} like ${text}
        or ${exemptions.authorName} like ${text} or ${hosts.displayName} like ${text}
        or ${labels.name} like ${text} or ${teams.name} like ${text})`,
  );
}

export type ExemptionRow = Awaited<ReturnType<typeof selectExemptions>>[number];

/** Exemptions with the names of all that they are about; of policies that are gone none. */
export function selectExemptions(
  executor: Executor,
  scope: TeamScope,
  selection: ExemptionSelection,
  order: { key: ExemptionOrderKey; descending: boolean },
  paging: Paging,
) {
  const columns = {
    expires_at: exemptions.expiresAt,
    created_at: exemptions.createdAt,
    policy_name: policies.name,
  };
  const by = (order.descending ? desc : asc)(columns[order.key]);
  return executor
    .select({
      exemption: exemptions,
      policy: { name: policies.name, teamId: policies.teamId },
      hostName: hosts.displayName,
      labelName: labels.name,
      teamName: teams.name,
    })
    .from(exemptions)
    .innerJoin(policies, eq(policies.id, exemptions.policyId))
    .leftJoin(hosts, eq(hosts.id, exemptions.hostId))
    .leftJoin(labels, eq(labels.id, exemptions.labelId))
    .leftJoin(teams, eq(teams.id, exemptions.teamId))
    .where(wanted(scope, selection))
    .orderBy(by, asc(exemptions.id))
    .limit(paging.limit)
    .offset(paging.offset);
}

export async function countExemptions(
  executor: Executor,
  scope: TeamScope,
  selection: ExemptionSelection,
): Promise<number> {
  const [row] = await executor
    .select({ count: count() })
    .from(exemptions)
    .innerJoin(policies, eq(policies.id, exemptions.policyId))
    .leftJoin(hosts, eq(hosts.id, exemptions.hostId))
    .leftJoin(labels, eq(labels.id, exemptions.labelId))
    .leftJoin(teams, eq(teams.id, exemptions.teamId))
    .where(wanted(scope, selection));
  return row?.count ?? 0;
}

/** One without a scope: the caller authorizes on its policy. Locked until the transaction ends. */
export async function lockExemption(
  tx: Transaction,
  id: number,
): Promise<ExemptionRecord | undefined> {
  const [row] = await tx.select().from(exemptions).where(eq(exemptions.id, id)).for("update");
  return row;
}

export async function selectExemption(
  executor: Executor,
  id: number,
): Promise<ExemptionRecord | undefined> {
  const [row] = await executor.select().from(exemptions).where(eq(exemptions.id, id));
  return row;
}

type Target = Pick<ExemptionRecord, "hostId" | "labelId" | "teamId">;

const isTarget = ({ hostId, labelId, teamId }: Target) => {
  if (hostId !== null) return eq(exemptions.hostId, hostId);
  if (labelId !== null) return eq(exemptions.labelId, labelId);
  return eq(exemptions.teamId, teamId ?? 0);
};

/** The live exemption of the very same target, if there is one. */
export async function selectSameExemption(
  tx: Transaction,
  policyId: number,
  target: Target,
  now: Date,
): Promise<ExemptionRecord | undefined> {
  const [row] = await tx
    .select()
    .from(exemptions)
    .where(and(eq(exemptions.policyId, policyId), isTarget(target), isLive(now)))
    .limit(1);
  return row;
}

export async function countLiveExemptions(executor: Executor, now: Date): Promise<number> {
  const [row] = await executor.select({ count: count() }).from(exemptions).where(isLive(now));
  return row?.count ?? 0;
}

export async function insertExemption(
  tx: Transaction,
  row: typeof exemptions.$inferInsert,
): Promise<number> {
  const [result] = await tx.insert(exemptions).values(row);
  return result.insertId;
}

export async function updateExemption(
  tx: Transaction,
  id: number,
  set: Partial<ExemptionRecord>,
): Promise<void> {
  await tx.update(exemptions).set(set).where(eq(exemptions.id, id));
}

/** What is let off, as people call it; undefined when there is no such thing. */
export async function selectTarget(
  executor: Executor,
  target: Target,
): Promise<{ name: string; teamId: number | null } | undefined> {
  if (target.hostId !== null) {
    const [row] = await executor
      .select({ name: hosts.displayName, teamId: hosts.teamId })
      .from(hosts)
      .where(eq(hosts.id, target.hostId));
    return row && { name: row.name ?? "", teamId: row.teamId ?? 0 };
  }
  if (target.labelId !== null) {
    const [row] = await executor
      .select({ name: labels.name })
      .from(labels)
      .where(eq(labels.id, target.labelId));
    return row && { name: row.name, teamId: null };
  }
  if (target.teamId === 0) return { name: "No team", teamId: 0 };
  const [row] = await executor
    .select({ name: teams.name, teamId: teams.id })
    .from(teams)
    .where(eq(teams.id, target.teamId ?? 0));
  return row;
}

/** Live ones whose reminder is due and was not given, locked. */
export function lockDueReminders(
  tx: Transaction,
  now: Date,
  limit: number,
): Promise<ExemptionRecord[]> {
  return tx
    .select()
    .from(exemptions)
    .where(and(isLive(now), lte(exemptions.remindAt, now), isNull(exemptions.remindedAt)))
    .orderBy(asc(exemptions.id))
    .limit(limit)
    .for("update");
}
