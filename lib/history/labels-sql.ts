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
import type { Executor } from "#db/client.ts";
import { hostVersions } from "#db/schema/hosts.ts";
import { labelMembership, labelSpans, labelVersions } from "#db/schema/labels.ts";
import { blocksOf, type HostSet, hostSet } from "#lib/host-set.ts";
import { likeText, type Paging } from "#lib/http/list-options.ts";
import type { VitalColumns } from "#lib/membership/vitals.ts";
import { conditionsOf, type HostsThen, inForce } from "./then-sql.ts";

export type LabelVersion = typeof labelVersions.$inferSelect;

/** Labels as they were; those since deleted as well. */
export function selectLabelsThen(
  executor: Executor,
  ids: readonly number[],
  at: Date,
): Promise<LabelVersion[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return executor
    .select()
    .from(labelVersions)
    .where(and(inArray(labelVersions.labelId, [...ids]), inForce(labelVersions, at)));
}

/** All labels as they were, by name; should two versions of one be in force, the later is the last. */
export function selectAllLabelsThen(executor: Executor, at: Date): Promise<LabelVersion[]> {
  return executor
    .select()
    .from(labelVersions)
    .where(inForce(labelVersions, at))
    .orderBy(asc(sql`${labelVersions.name} collate utf8mb4_unicode_ci`), asc(labelVersions.at));
}

interface LabelsThen {
  at: Date;
  ids?: readonly number[];
  /** Part of a name. */
  query?: string;
}

const labelConditions = ({ at, ids, query }: LabelsThen): SQL | undefined =>
  and(
    inForce(labelVersions, at),
    ids && inArray(labelVersions.labelId, [...ids]),
    query
      ? sql`${labelVersions.name} collate utf8mb4_unicode_ci like ${likeText(query)}`
      : undefined,
  );

/** By name; should two versions of one be in force, the later is first. */
export function selectLabelPageThen(
  executor: Executor,
  labels: LabelsThen,
  paging: Paging = { limit: 1, offset: 0 },
): Promise<LabelVersion[]> {
  return executor
    .select()
    .from(labelVersions)
    .where(labelConditions(labels))
    .orderBy(
      asc(sql`${labelVersions.name} collate utf8mb4_unicode_ci`),
      asc(labelVersions.labelId),
      desc(labelVersions.at),
    )
    .limit(paging.limit)
    .offset(paging.offset);
}

export async function countLabelsThen(executor: Executor, labels: LabelsThen): Promise<number> {
  const [row] = await executor
    .select({ count: count() })
    .from(labelVersions)
    .where(labelConditions(labels));
  return row?.count ?? 0;
}

/** What labels were during a period, oldest first. */
export function selectLabelsDuring(
  executor: Executor,
  ids: readonly number[],
  from: Date,
  to: Date,
): Promise<LabelVersion[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return executor
    .select()
    .from(labelVersions)
    .where(
      and(
        inArray(labelVersions.labelId, [...ids]),
        lte(labelVersions.at, to),
        or(isNull(labelVersions.endedAt), gt(labelVersions.endedAt, from)),
      ),
    )
    .orderBy(labelVersions.at);
}

/**
 * Hosts of which rows said at a moment that they are members, or that they are not: what is known since
 * then still, and what was until it changed. Each from an index alone.
 */
export async function selectAnswersThen(
  executor: Executor,
  labelId: number,
  isMember: boolean,
  at: Date,
): Promise<HostSet> {
  const still = executor
    .select(blocksOf(labelMembership.hostId))
    .from(labelMembership)
    .where(
      and(
        eq(labelMembership.labelId, labelId),
        eq(labelMembership.isMember, isMember),
        lte(labelMembership.since, at),
      ),
    )
    .groupBy(sql`block`);
  const until = executor
    .select(blocksOf(labelSpans.hostId))
    .from(labelSpans)
    .where(
      and(
        eq(labelSpans.labelId, labelId),
        gt(labelSpans.endedAt, at),
        lte(labelSpans.at, at),
        eq(labelSpans.isMember, isMember),
      ),
    )
    .groupBy(sql`block`);
  const [now, then] = await Promise.all([still, until]);
  return hostSet(mergeBlocks([...now, ...then]));
}

/** Blocks of the same hosts become one. */
function mergeBlocks(blocks: readonly { block: number; bits: number }[]) {
  const bitsOf = new Map<number, number>();
  for (const { block, bits } of blocks) bitsOf.set(block, (bitsOf.get(block) ?? 0) | bits);
  return [...bitsOf].map(([block, bits]) => ({ block, bits: bits >>> 0 }));
}

export interface LabelSpan {
  hostId: number;
  labelId: number;
  isMember: boolean;
  at: Date;
  /** null: it is so. */
  endedAt: Date | null;
}

/** What was known of some hosts and labels at any time of a period; from = to: at a moment. */
export async function selectLabelSpans(
  executor: Executor,
  labelIds: readonly number[],
  hostIds: readonly number[],
  from: Date,
  to: Date,
): Promise<LabelSpan[]> {
  if (labelIds.length === 0 || hostIds.length === 0) return [];
  const { hostId, labelId, isMember, since } = labelMembership;
  const now = await executor
    .select({ hostId, labelId, isMember, at: since })
    .from(labelMembership)
    .where(and(inArray(hostId, [...hostIds]), inArray(labelId, [...labelIds]), lte(since, to)));
  const ended = await executor
    .select()
    .from(labelSpans)
    .where(
      and(
        inArray(labelSpans.labelId, [...labelIds]),
        inArray(labelSpans.hostId, [...hostIds]),
        gt(labelSpans.endedAt, from),
        lte(labelSpans.at, to),
      ),
    );
  return [...ended, ...now.map((row) => ({ ...row, endedAt: null }))];
}

/** All hosts of a moment by platform family. */
export async function selectFamiliesThen(
  executor: Executor,
  hosts: HostsThen,
): Promise<Map<string, HostSet>> {
  const rows = await executor
    .select({ family: hostVersions.platformFamily, ...blocksOf(hostVersions.hostId) })
    .from(hostVersions)
    .where(conditionsOf(hosts))
    .groupBy(hostVersions.platformFamily, sql`block`);
  const families = new Set(rows.map(({ family }) => family));
  return new Map(
    [...families].map((family) => [family, hostSet(rows.filter((row) => row.family === family))]),
  );
}

/** Versions from before they were kept have null, which nobody looks at: see HistoryLimits.fullAt. */
const vital = (column: keyof VitalColumns): SQL<string> =>
  sql<string>`ifnull(${hostVersions[column]}, '')`;

export async function selectVitalValuesThen(
  executor: Executor,
  column: keyof VitalColumns,
  at: Date,
): Promise<string[]> {
  const rows = await executor
    .selectDistinct({ value: vital(column) })
    .from(hostVersions)
    .where(inForce(hostVersions, at));
  return rows.map(({ value }) => value);
}

export async function selectVitalSetThen(
  executor: Executor,
  column: keyof VitalColumns,
  values: readonly string[],
  at: Date,
): Promise<HostSet> {
  if (values.length === 0) return Buffer.alloc(0);
  const rows = await executor
    .select(blocksOf(hostVersions.hostId))
    .from(hostVersions)
    .where(and(inForce(hostVersions, at), inArray(vital(column), [...values])))
    .groupBy(sql`block`);
  return hostSet(rows);
}
