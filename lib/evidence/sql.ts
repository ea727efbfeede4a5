import { and, asc, eq, gt, inArray, isNull, lt, lte, or, type SQL, sql } from "drizzle-orm";
import type { MySqlColumn } from "drizzle-orm/mysql-core";
import type { RowDataPacket } from "mysql2/promise";
import type { Executor } from "#db/client.ts";
import { hosts, hostVersions } from "#db/schema/hosts.ts";
import { labels, labelVersions } from "#db/schema/labels.ts";
import { exemptions, policyCounts, policyVersions } from "#db/schema/policies.ts";
import { teams } from "#db/schema/teams.ts";
import { inScope, inScopeOrGlobal, type TeamScope } from "#lib/auth/permissions.ts";

export interface EvidenceOf {
  scope: TeamScope;
  from: Date;
  to: Date;
  /** undefined: every team in scope. 0: hosts in no team. */
  teamId: number | undefined;
  /** Since when verdicts and labels of hosts are kept. */
  fullAt: Date | undefined;
}

const during = (
  versions: typeof hostVersions | typeof policyVersions,
  { from, to }: EvidenceOf,
) => {
  const began = versions === hostVersions ? hostVersions.at : policyVersions.createdAt;
  return and(lte(began, to), or(isNull(versions.endedAt), gt(versions.endedAt, from)));
};

function versionsDuring(of: EvidenceOf, policyIds: readonly number[] | undefined): SQL | undefined {
  const own = of.teamId === undefined ? undefined : eq(policyVersions.teamId, of.teamId);
  return and(
    during(policyVersions, of),
    inScopeOrGlobal(of.scope, policyVersions.teamId),
    own && or(isNull(policyVersions.teamId), own),
    policyIds && inArray(policyVersions.policyId, [...policyIds]),
  );
}

/** Which policies there were, in order of id. */
export async function selectPolicyIds(
  executor: Executor,
  of: EvidenceOf,
  policyIds: readonly number[] | undefined,
  limit: number,
): Promise<number[]> {
  const rows = await executor
    .selectDistinct({ id: policyVersions.policyId })
    .from(policyVersions)
    .where(versionsDuring(of, policyIds))
    .orderBy(asc(policyVersions.policyId))
    .limit(limit);
  return rows.map((row) => row.id);
}

export type VersionRow = typeof policyVersions.$inferSelect;

/** What a policy was in the period, oldest first. */
export function selectVersions(executor: Executor, of: EvidenceOf, policyId: number) {
  return executor
    .select()
    .from(policyVersions)
    .where(versionsDuring(of, [policyId]))
    .orderBy(asc(policyVersions.version));
}

export type HostVersionRow = typeof hostVersions.$inferSelect;

/** What the next hosts by id were in the period, by host and then time. */
export async function selectHostVersions(
  executor: Executor,
  of: EvidenceOf,
  afterId: number,
  hostsMax: number,
): Promise<HostVersionRow[]> {
  const mine = and(
    during(hostVersions, of),
    inScope(of.scope, hostVersions.teamId),
    of.teamId === 0 ? isNull(hostVersions.teamId) : undefined,
    of.teamId ? eq(hostVersions.teamId, of.teamId) : undefined,
  );
  const ids = await executor
    .selectDistinct({ id: hostVersions.hostId })
    .from(hostVersions)
    .where(and(gt(hostVersions.hostId, afterId), mine))
    .orderBy(asc(hostVersions.hostId))
    .limit(hostsMax);
  if (ids.length === 0) return [];
  const hostIds = ids.map((row) => row.id);
  return executor
    .select()
    .from(hostVersions)
    .where(and(inArray(hostVersions.hostId, hostIds), mine))
    .orderBy(asc(hostVersions.hostId), asc(hostVersions.at));
}

export interface ChangeRow extends RowDataPacket {
  id: number;
  hostId: number;
  revision: number;
  toState: string;
  at: Date;
}

/**
 * The first changes of some hosts of a policy in the period; with `after`, those of its one host behind
 * it. In the order of the index policy_transitions_pair, from which alone they come.
 */
export async function selectChanges(
  executor: Executor,
  { from, to }: EvidenceOf,
  policyId: number,
  hostIds: readonly number[],
  after: ChangeRow | undefined,
  limit: number,
): Promise<ChangeRow[]> {
  const isBehind = after
    ? "t.at >= ? AND (t.at > ? OR (t.revision, t.to_state, t.id) > (?, ?, ?))"
    : "t.at > ?";
  const { at, revision, toState, id } = after ?? {};
  const [rows] = await executor.$client.query<ChangeRow[]>(
    `SELECT t.id, t.host_id AS hostId, t.revision, t.to_state AS toState, t.at
     FROM policy_transitions t FORCE INDEX (policy_transitions_pair)
     WHERE t.policy_id = ? AND t.host_id IN (?) AND t.at <= ? AND ${isBehind}
     ORDER BY t.host_id, t.at, t.revision, t.to_state, t.id LIMIT ?`,
    [policyId, hostIds, to, ...(after ? [at, at, revision, toState, id] : [from]), limit],
  );
  return rows;
}

export type ExemptionRow = Awaited<ReturnType<typeof selectExemptions>>[number];

/** Until when an exemption was in force. */
const exemptUntil = sql`least(${exemptions.expiresAt}, ifnull(${exemptions.revokedAt}, ${exemptions.expiresAt}))`;

/**
 * An exemption of a host or a team is the business of who sees them; of a host that went to another
 * team as long as it had not gone.
 */
function exemptInView({ scope, from, to, teamId }: EvidenceOf): SQL | undefined {
  if (scope.teamIds === "all" && teamId === undefined) return undefined;
  const ofTeam = (column: MySqlColumn, none: SQL) =>
    and(
      scope.teamIds === "all" ? undefined : inArray(column, [...scope.teamIds]),
      teamId === 0 ? none : undefined,
      teamId ? eq(column, teamId) : undefined,
    );
  const meanwhile = and(
    eq(hostVersions.hostId, exemptions.hostId),
    ofTeam(hostVersions.teamId, isNull(hostVersions.teamId)),
    lt(hostVersions.at, to),
    sql`${hostVersions.at} < ${exemptUntil}`,
    or(
      isNull(hostVersions.endedAt),
      and(gt(hostVersions.endedAt, from), gt(hostVersions.endedAt, exemptions.createdAt)),
    ),
  );
  const hosts = sql`exists (select 1 from ${hostVersions} where ${meanwhile})`;
  return or(
    sql`${exemptions.labelId} is not null`,
    ofTeam(exemptions.teamId, eq(exemptions.teamId, 0)),
    hosts,
  );
}

/** What a host that is gone was called last, while it was in sight. */
const lastHostName = (scope: TeamScope): SQL =>
  sql`(select ${hostVersions.displayName} from ${hostVersions}
    where ${and(eq(hostVersions.hostId, exemptions.hostId), inScope(scope, hostVersions.teamId))}
    order by ${hostVersions.at} desc limit 1)`;

const lastLabelName = sql`(select ${labelVersions.name} from ${labelVersions}
  where ${eq(labelVersions.labelId, exemptions.labelId)} order by ${labelVersions.at} desc limit 1)`;

/**
 * Exemptions that were in force in the period, the next by id, with the names of whom they let off; of
 * hosts and labels that are gone, or of another team by now, those they had last.
 */
export async function selectExemptions(
  executor: Executor,
  of: EvidenceOf,
  policyIds: readonly number[],
  afterId: number,
  limit: number,
) {
  if (policyIds.length === 0) return [];
  return executor
    .select({
      exemption: exemptions,
      hostName: sql<string | null>`coalesce(${hosts.displayName}, ${lastHostName(of.scope)})`,
      labelName: sql<string | null>`coalesce(${labels.name}, ${lastLabelName})`,
      teamName: teams.name,
    })
    .from(exemptions)
    .leftJoin(hosts, and(eq(hosts.id, exemptions.hostId), inScope(of.scope, hosts.teamId)))
    .leftJoin(labels, eq(labels.id, exemptions.labelId))
    .leftJoin(teams, eq(teams.id, exemptions.teamId))
    .where(
      and(
        gt(exemptions.id, afterId),
        inArray(exemptions.policyId, [...policyIds]),
        lt(exemptions.createdAt, of.to),
        gt(exemptUntil, of.from),
        exemptInView(of),
      ),
    )
    .orderBy(asc(exemptions.id))
    .limit(limit);
}

/** Why hosts were let off at a moment: their own exemption, else their team's, else some label's. */
export function selectReasons(
  executor: Executor,
  policyIds: readonly number[],
  hostIds: readonly number[],
  at: Date,
) {
  return executor
    .select({
      policyId: exemptions.policyId,
      hostId: exemptions.hostId,
      teamId: exemptions.teamId,
      labelId: exemptions.labelId,
      reason: exemptions.reason,
    })
    .from(exemptions)
    .where(
      and(
        inArray(exemptions.policyId, [...policyIds]),
        or(isNull(exemptions.hostId), inArray(exemptions.hostId, [...hostIds])),
        lte(exemptions.createdAt, at),
        gt(exemptions.expiresAt, at),
        or(isNull(exemptions.revokedAt), gt(exemptions.revokedAt, at)),
      ),
    );
}

const sum = (column: SQL) => sql<number>`sum(${column})`.mapWith(Number);

/** Counts of policies over the period, by day (UTC); of the last that was written down on each. */
export async function selectDailyCounts(executor: Executor, of: EvidenceOf, policyId: number) {
  const inView = and(
    eq(policyCounts.policyId, policyId),
    inScope(of.scope, policyCounts.teamId),
    of.teamId === undefined ? undefined : eq(policyCounts.teamId, of.teamId),
    gt(policyCounts.at, of.from),
    lte(policyCounts.at, of.to),
  );
  const days = await executor
    .select({ at: sql<Date>`max(${policyCounts.at})`.mapWith(policyCounts.at) })
    .from(policyCounts)
    .where(inView)
    .groupBy(sql`date(${policyCounts.at})`);
  if (days.length === 0) return [];
  return executor
    .select({
      at: policyCounts.at,
      passing: sum(sql`${policyCounts.passing}`),
      failing: sum(sql`${policyCounts.failing}`),
    })
    .from(policyCounts)
    .where(
      and(
        inView,
        inArray(
          policyCounts.at,
          days.map((day) => day.at),
        ),
      ),
    )
    .groupBy(policyCounts.at)
    .orderBy(asc(policyCounts.at));
}
