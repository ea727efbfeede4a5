import type { LabelScope, ScopeEra } from "#db/schema/policies.ts";
import type { Labels } from "./label-card.ts";

/** Whom a policy asks. */
export interface PolicyScope {
  /** null: all teams. 0: hosts in no team. */
  teamId: number | null;
  /** Comma list without blanks; "" is every platform. */
  platform: string;
  labelScope: LabelScope | null;
  scopeEras: ScopeEra[] | null;
  /** Labels that people list: a host that is not on the list is known to be no member. */
  manualLabels: ReadonlySet<number>;
}

/** A host as scope and exemptions see it. */
export interface HostScope {
  hostId: number;
  /** null: in no team. */
  teamId: number | null;
  platformFamily: string;
  labels: Labels;
}

/** unknown: a label that decides is not known yet. Nobody guesses: it is pending and not asked. */
export type Scope = "in" | "out" | "unknown";

/** Split lists of platforms; there are four families, so few lists. */
const families = new Map<string, readonly string[]>();
const FAMILY_LISTS_MAX = 100;

function familiesOf(platform: string): readonly string[] {
  const known = families.get(platform);
  if (known) return known;
  const list = platform.split(",");
  if (families.size < FAMILY_LISTS_MAX) families.set(platform, list);
  return list;
}

/** Whether a list of platforms has a family. A family nobody knows yet ("") is in none. */
export const hasPlatform = (platform: string, family: string): boolean =>
  platform === "" || familiesOf(platform).includes(family);

/**
 * Whether a policy asks hosts of a team and platform, as far as labels allow. A host whose platform
 * is not known yet gets only policies for every platform: an answer to SQL of another system would
 * be an error, not a truth.
 */
export function asksGroup(
  policy: Pick<PolicyScope, "teamId" | "platform">,
  host: Pick<HostScope, "teamId" | "platformFamily">,
): boolean {
  if (policy.teamId !== null && policy.teamId !== (host.teamId ?? 0)) return false;
  return hasPlatform(policy.platform, host.platformFamily);
}

/** true, false, or null: not known. */
type Truth = boolean | null;

const not = (truth: Truth): Truth => (truth === null ? null : !truth);

/** Whether a host is a member; null when that is not known yet. */
function isMember(id: number, labels: Labels, isManual: (id: number) => boolean): Truth {
  const entry = labels.get(id);
  if (entry) return entry.isMember;
  return isManual(id) ? false : null;
}

function every(truths: readonly Truth[]): Truth {
  if (truths.includes(false)) return false;
  return truths.includes(null) ? null : true;
}

const some = (truths: readonly Truth[]): Truth => not(every(truths.map(not)));

/*
 * What follows is asked of every policy, several times a report, and nearly always decided before
 * labels: what needs a closure is in functions of its own, since one costs even where it is not used.
 */

/** Whether labels meet all the rules that are there. An empty list is no rule. */
function meets(scope: LabelScope, labels: Labels, isManual: (id: number) => boolean): Truth {
  const of = (ids: readonly number[]) => ids.map((id) => isMember(id, labels, isManual));
  const { includeAny, includeAll, excludeAny, excludeAll } = scope;
  return every([
    includeAny?.length ? some(of(includeAny)) : true,
    includeAll?.length ? every(of(includeAll)) : true,
    excludeAny?.length ? not(some(of(excludeAny))) : true,
    excludeAll?.length ? not(every(of(excludeAll))) : true,
  ]);
}

/** Whether a policy asks a host. */
export function scopeOf(policy: Omit<PolicyScope, "scopeEras">, host: HostScope): Scope {
  if (!asksGroup(policy, host)) return "out";
  if (!policy.labelScope) return "in";
  return scopeByLabel(policy.labelScope, policy.manualLabels, host.labels);
}

function scopeByLabel(scope: LabelScope, manualLabels: ReadonlySet<number>, labels: Labels): Scope {
  const met = meets(scope, labels, (id) => manualLabels.has(id));
  if (met === null) return "unknown";
  return met ? "in" : "out";
}

/** Whether a policy is known to ask a host. */
export function policyApplies(policy: Omit<PolicyScope, "scopeEras">, host: HostScope): boolean {
  if (policy.teamId !== null && policy.teamId !== (host.teamId ?? 0)) return false;
  if (policy.platform !== "" && !hasPlatform(policy.platform, host.platformFamily)) return false;
  return !policy.labelScope || scopeOf(policy, host) === "in";
}

/** Whether the labels that a host has now let it be asked by rules that ended. */
function wasAsked(era: ScopeEra, policy: Pick<PolicyScope, "manualLabels">, host: HostScope) {
  if (!era.labelScope) return true;
  const isManual = (id: number) => policy.manualLabels.has(id) || (era.manual ?? []).includes(id);
  return meets(era.labelScope, host.labels, isManual) === true;
}

/** What tells whether an answer is to the policy as it is. */
export type CountedPolicy = Pick<PolicyScope, "scopeEras" | "manualLabels"> & {
  revision: number;
  platformSince: Record<string, number>;
};

/**
 * Whether an answer on a host's card still counts: it was given to the present SQL, and the host
 * has been in scope ever since, because leaving the scope deletes the membership row. By platform
 * that is a time; by label, the rules that ended since the answer must have asked the host too.
 * (Entries do not outlive a change of the host's own labels: see HostAnswers.)
 */
export function entryCounts(
  entry: { revision: number; evaluatedAtMs: number },
  policy: CountedPolicy,
  host: HostScope,
): boolean {
  if (entry.revision !== policy.revision) return false;
  const inScopeSinceMs = policy.platformSince[host.platformFamily] ?? 0;
  if (entry.evaluatedAtMs < inScopeSinceMs) return false;
  return !policy.scopeEras || wasAskedSince(entry.evaluatedAtMs, policy.scopeEras, policy, host);
}

/** Whether all rules that ended since a moment asked the host, by the labels that it has now. */
const wasAskedSince = (
  sinceMs: number,
  eras: readonly ScopeEra[],
  policy: Pick<PolicyScope, "manualLabels">,
  host: HostScope,
): boolean => eras.every((era) => sinceMs >= era.untilMs || wasAsked(era, policy, host));
