import { and, desc, eq, gt, inArray, lte, sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hostVerdicts } from "#db/schema/hosts.ts";
import { blocksOf, type HostSet, hostSet } from "#lib/host-set.ts";
import type { Paging } from "#lib/http/list-options.ts";

export type VerdictSpan = typeof hostVerdicts.$inferSelect;

const wasSo = (at: Date) => and(gt(hostVerdicts.endedAt, at), lte(hostVerdicts.at, at));

/** Hosts that had a verdict: from an index alone, as much of it as has not ended by then. */
export async function selectVerdictSetThen(
  executor: Executor,
  verdict: string,
  at: Date,
): Promise<HostSet> {
  const rows = await executor
    .select(blocksOf(hostVerdicts.hostId))
    .from(hostVerdicts)
    .where(and(wasSo(at), eq(hostVerdicts.verdict, verdict)))
    .groupBy(sql`block`);
  return hostSet(rows);
}

export async function selectVerdictsThen(
  executor: Executor,
  hostIds: readonly number[],
  at: Date,
): Promise<Map<number, VerdictSpan>> {
  if (hostIds.length === 0) return new Map();
  const rows = await executor
    .select()
    .from(hostVerdicts)
    .where(and(inArray(hostVerdicts.hostId, [...hostIds]), wasSo(at)));
  return new Map(rows.map((row) => [row.hostId, row]));
}

/**
 * The first verdicts of some hosts that were so at any time of a period, by host and the oldest first;
 * with `after`, those of its one host behind it.
 */
export function selectVerdictsDuring(
  executor: Executor,
  hostIds: readonly number[],
  { from, to }: { from: Date; to: Date },
  after: VerdictSpan | undefined,
  limit: number,
): Promise<VerdictSpan[]> {
  return executor
    .select()
    .from(hostVerdicts)
    .where(
      and(
        inArray(hostVerdicts.hostId, [...hostIds]),
        gt(hostVerdicts.endedAt, after?.endedAt ?? from),
        lte(hostVerdicts.at, to),
      ),
    )
    .orderBy(hostVerdicts.hostId, hostVerdicts.endedAt)
    .limit(limit);
}

/** A host's verdicts, the newest first. */
export function selectVerdictChanges(
  executor: Executor,
  hostId: number,
  { limit, offset }: Paging,
): Promise<VerdictSpan[]> {
  return executor
    .select()
    .from(hostVerdicts)
    .where(eq(hostVerdicts.hostId, hostId))
    .orderBy(desc(hostVerdicts.endedAt))
    .limit(limit)
    .offset(offset);
}
