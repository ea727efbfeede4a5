import { and, asc, gt, inArray, isNull, or, sql } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { labels } from "#db/schema/labels.ts";
import { exemptions } from "#db/schema/policies.ts";
import { PolicyExemptions } from "./exemptions.ts";
import type { KnownLabel } from "./known-labels.ts";
import type { JudgedPolicy } from "./verdict.ts";

/**
 * What policies are judged with besides themselves. Every change of it raises the policies revision,
 * so whoever keeps policies by that revision keeps these too.
 */
export interface Rules {
  labels: KnownLabel[];
  manualLabels: ReadonlySet<number>;
  /** By policy, the exemptions whose time is not over. */
  exemptions: ReadonlyMap<number, PolicyExemptions>;
}

/** With `hostIds`, exemptions of single hosts are of those alone: there may be 20,000. */
export async function readRules(executor: Executor, hostIds?: readonly number[]): Promise<Rules> {
  const known = await selectKnownLabels(executor);
  const manual = known.filter(({ membershipType }) => membershipType === "manual");
  const byPolicy = new Map<number, PolicyExemptions>();
  for (const { expiresAt, ...row } of await selectLiveExemptions(executor, hostIds)) {
    const ofPolicy = byPolicy.get(row.policyId) ?? new PolicyExemptions();
    ofPolicy.add({ ...row, untilMs: expiresAt.getTime() });
    byPolicy.set(row.policyId, ofPolicy);
  }
  return { labels: known, manualLabels: new Set(manual.map(({ id }) => id)), exemptions: byPolicy };
}

type PolicyColumns = Omit<JudgedPolicy, "intervalSeconds" | "manualLabels" | "exemptions"> & {
  intervalSeconds: number | null;
};

/** A policy's row with all that it is judged by. */
export const judgedPolicy = <P extends PolicyColumns>(
  row: P,
  rules: Pick<Rules, "manualLabels" | "exemptions">,
  fallbackIntervalSeconds: number,
): P & JudgedPolicy => ({
  // Before the row: a copy of one that begins with its own columns takes V8 three times as long to
  // read, and reports read it thousands of times.
  manualLabels: rules.manualLabels,
  exemptions: rules.exemptions.get(row.id),
  ...row,
  intervalSeconds: row.intervalSeconds ?? fallbackIntervalSeconds,
});

function selectKnownLabels(executor: Executor): Promise<KnownLabel[]> {
  return executor
    .select({
      id: labels.id,
      membershipType: labels.membershipType,
      platform: labels.platform,
      criteria: labels.criteria,
      revision: labels.revision,
      updatedAt: labels.updatedAt,
    })
    .from(labels)
    .orderBy(asc(labels.id));
}

function selectLiveExemptions(executor: Executor, hostIds: readonly number[] | undefined) {
  const ofHosts = hostIds?.length ? inArray(exemptions.hostId, [...hostIds]) : undefined;
  return executor
    .select({
      id: exemptions.id,
      policyId: exemptions.policyId,
      hostId: exemptions.hostId,
      labelId: exemptions.labelId,
      teamId: exemptions.teamId,
      expiresAt: exemptions.expiresAt,
    })
    .from(exemptions)
    .where(
      and(
        isNull(exemptions.revokedAt),
        gt(exemptions.expiresAt, sql`utc_timestamp(3)`),
        hostIds ? or(isNull(exemptions.hostId), ofHosts) : undefined,
      ),
    )
    .orderBy(asc(exemptions.id));
}
