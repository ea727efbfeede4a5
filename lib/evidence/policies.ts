import type { Executor } from "#db/client.ts";
import type { PolicyThen } from "#lib/history/states.ts";
import { policyThen } from "#lib/history/then.ts";
import { readVersionFields } from "#lib/policies/version-fields.ts";
import type { Span } from "./pair.ts";
import { type EvidenceOf, selectPolicyIds, selectVersions, type VersionRow } from "./sql.ts";

/** More than the console can make; each is held with its edits, without their SQL. */
const POLICIES_MAX = 5_000;

/** A policy as an export needs it for every host. */
export interface EvidencePolicy {
  id: number;
  /** As it was called at the end of the period. */
  name: string;
  teamId: number | null;
  critical: boolean;
  tags: string[];
  spans: Span<PolicyThen>[];
}

/** What an export is made of; rows are read as they are sent. */
export interface Evidence {
  of: EvidenceOf;
  policies: EvidencePolicy[];
  madeAt: Date;
  madeBy: string;
  orgName: string;
  /** What it was narrowed to, in words; "" when to nothing. */
  filter: string;
}

export const untilMs = (endedAt: Date | null): number =>
  endedAt ? endedAt.getTime() : Number.POSITIVE_INFINITY;

function evidencePolicy(versions: readonly VersionRow[]): EvidencePolicy | undefined {
  const last = versions.at(-1);
  if (!last) return undefined;
  const { critical, tags } = readVersionFields(last.fields);
  return {
    id: last.policyId,
    name: last.name,
    teamId: last.teamId,
    critical,
    tags: tags ?? [],
    spans: versions.map((version) => ({
      fromMs: version.createdAt.getTime(),
      untilMs: untilMs(version.endedAt),
      value: policyThen(version),
    })),
  };
}

/** Policies that there were in the period, deleted ones too; with `tag`, those that had it last. */
export async function readPolicies(
  executor: Executor,
  of: EvidenceOf,
  { policyIds, tag }: { policyIds?: readonly number[]; tag?: string },
): Promise<EvidencePolicy[]> {
  const found: EvidencePolicy[] = [];
  for (const id of await selectPolicyIds(executor, of, policyIds, POLICIES_MAX)) {
    const policy = evidencePolicy(await selectVersions(executor, of, id));
    if (policy && (!tag || policy.tags.includes(tag))) found.push(policy);
  }
  return found;
}
