import { PLATFORMS, parsePlatforms } from "#lib/osquery/platform.ts";
import type { PolicyRecord } from "./sql.ts";

/** What people decide about a policy. */
export type PolicyFields = Pick<
  PolicyRecord,
  "name" | "query" | "description" | "resolution" | "platform" | "critical" | "intervalSeconds"
>;

/** Hosts whose platform nobody knows yet; only policies for every platform ask them. */
const UNKNOWN_FAMILY = "";

/** The platform families (and "" for unknown) that a policy's platform list asks. */
export function familiesOf(platform: string): string[] {
  if (platform === "") return [...PLATFORMS, UNKNOWN_FAMILY];
  return parsePlatforms(platform) ?? [];
}

export interface PolicyChange {
  /** Columns to write; empty when nothing differs. */
  set: Partial<PolicyRecord>;
  /** The SQL is another one: answers to the old one no longer count. */
  newQuery: boolean;
  /** Families whose answers retire, because the policy does not ask them any more. */
  left: string[];
}

/**
 * What writing `fields` over a policy means. A family that comes into scope starts at `at`: its
 * answers from before the last time it left went with their rows.
 */
export function policyChange(
  before: PolicyRecord,
  fields: Partial<PolicyFields>,
  at: Date,
  policiesRevision: number,
): PolicyChange {
  const differs = (Object.keys(fields) as (keyof PolicyFields)[]).filter(
    (key) => fields[key] !== undefined && fields[key] !== before[key],
  );
  if (differs.length === 0) return { set: {}, newQuery: false, left: [] };
  const set: Partial<PolicyRecord> = Object.fromEntries(differs.map((key) => [key, fields[key]]));
  set.updatedAt = at;
  const newQuery = set.query !== undefined;
  if (newQuery) {
    set.revision = before.revision + 1;
    set.queryRevision = policiesRevision;
    set.queryChangedAt = at;
  }
  if (set.platform === undefined) return { set, newQuery, left: [] };
  const old = familiesOf(before.platform);
  const now = familiesOf(set.platform);
  const entered = now.filter((family) => !old.includes(family));
  set.platformSince = {
    ...before.platformSince,
    ...Object.fromEntries(entered.map((family) => [family, at.getTime()])),
  };
  return { set, newQuery, left: old.filter((family) => !now.includes(family)) };
}
