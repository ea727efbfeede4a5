import { and, desc, eq, gt, inArray, lte, sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hostVerdicts } from "#db/schema/hosts.ts";
import { blocksOf, type HostSet, hostSet } from "#lib/host-set.ts";
import type { Paging } from "#lib/http/list-options.ts";

export type VerdictSpan = typeof hostVerdicts.$inferSelect;

const wasSo = (at: Date) => and(gt(hostVerdicts.endedAt, at), lte(hostVerdicts.at, at));

/** Hosts by the verdict they had: from an index alone, as much of it as has not ended by then. */
export async function selectVerdictSetsThen<V extends string>(
  executor: Executor,
  verdicts: readonly V[],
  at: Date,
): Promise<Record<V, HostSet>> {
  const rows = await executor
    .select({ verdict: hostVerdicts.verdict, ...blocksOf(hostVerdicts.hostId) })
    .from(hostVerdicts)
    .where(and(wasSo(at), inArray(hostVerdicts.verdict, [...verdicts])))
    .groupBy(hostVerdicts.verdict, sql`block`);
  const sets = verdicts.map((verdict) => [
    verdict,
    hostSet(rows.filter((row) => row.verdict === verdict)),
  ]);
  return Object.fromEntries(sets);
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

/** Verdicts of some hosts that were so at any time of a period, oldest first. */
export function selectVerdictsDuring(
  executor: Executor,
  hostIds: readonly number[],
  from: Date,
  to: Date,
): Promise<VerdictSpan[]> {
  if (hostIds.length === 0) return Promise.resolve([]);
  return executor
    .select()
    .from(hostVerdicts)
    .where(
      and(
        inArray(hostVerdicts.hostId, [...hostIds]),
        gt(hostVerdicts.endedAt, from),
        lte(hostVerdicts.at, to),
      ),
    )
    .orderBy(hostVerdicts.hostId, hostVerdicts.endedAt);
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
