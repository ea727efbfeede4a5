import type { ScopeEra } from "#db/schema/policies.ts";
import { PLATFORMS, parsePlatforms } from "#lib/osquery/platform.ts";
import type { PolicyRecord } from "./sql.ts";

/** What people decide about a policy when they write it. */
export type PolicyFields = Pick<
  PolicyRecord,
  | "name"
  | "query"
  | "description"
  | "resolution"
  | "platform"
  | "critical"
  | "intervalSeconds"
  | "tags"
  | "labelScope"
>;

/** Everything that an edit may change, so also whose policy it is and whether it is asked. */
export type PolicyEdit = Partial<PolicyFields & Pick<PolicyRecord, "teamId" | "pausedAt">>;

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
  /** What was answered before no longer counts: the SQL or the team is another one, or somebody said so. */
  startsAnew: boolean;
  /** Families whose answers retire, because the policy does not ask them any more. */
  left: string[];
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Answers given so far are to another question: SQL, or that of another team's policy. */
function newRevision(before: PolicyRecord, at: Date, policiesRevision: number) {
  return {
    revision: before.revision + 1,
    queryRevision: policiesRevision,
    queryChangedAt: at,
    // They tell which older answers still count, and none does.
    scopeEras: null,
  };
}

/** Whoever changes the rules more often than this has everybody asked anew. */
const SCOPE_ERAS_MAX = 16;

/** The rules by label that ended, now among them those that the edit ends. */
function scopeErasAfter(before: PolicyRecord, set: Partial<PolicyRecord>, at: Date): ScopeEra[] {
  const ended = before.scopeEras ?? [];
  if (set.labelScope === undefined) return ended;
  return [...ended, { untilMs: at.getTime(), labelScope: before.labelScope }];
}

/**
 * What writing `fields` over a policy means. A family that comes into scope starts at `at`: its
 * answers from before the last time it left went with their rows. Another team starts the answers
 * anew as new SQL does, because cards of hosts that leave keep theirs, and may come back. So does
 * whoever asks for it, by `anew`.
 */
export function policyChange(
  before: PolicyRecord,
  fields: PolicyEdit,
  at: Date,
  policiesRevision: number,
  anew = false,
): PolicyChange {
  const differs = (Object.keys(fields) as (keyof PolicyEdit)[]).filter(
    (key) => fields[key] !== undefined && !same(fields[key], before[key]),
  );
  if (differs.length === 0 && !anew) return { set: {}, startsAnew: false, left: [] };
  const set: Partial<PolicyRecord> = Object.fromEntries(differs.map((key) => [key, fields[key]]));
  set.updatedAt = at;
  set.version = before.version + 1;
  const eras = scopeErasAfter(before, set, at);
  const startsAnew =
    anew || set.query !== undefined || set.teamId !== undefined || eras.length > SCOPE_ERAS_MAX;
  if (set.labelScope !== undefined) set.scopeEras = eras;
  if (startsAnew) Object.assign(set, newRevision(before, at, policiesRevision));
  if (set.platform === undefined) return { set, startsAnew, left: [] };
  const old = familiesOf(before.platform);
  const now = familiesOf(set.platform);
  const entered = now.filter((family) => !old.includes(family));
  set.platformSince = {
    ...before.platformSince,
    ...Object.fromEntries(entered.map((family) => [family, at.getTime()])),
  };
  return { set, startsAnew, left: old.filter((family) => !now.includes(family)) };
}
