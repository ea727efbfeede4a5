export interface PolicyScope {
  /** null: all teams. 0: hosts in no team. */
  teamId: number | null;
  /** Comma list without blanks; "" is every platform. */
  platform: string;
}

export interface HostScope {
  /** null: in no team. */
  teamId: number | null;
  platformFamily: string;
}

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

/**
 * Whether a host is asked a policy. A host whose platform is not known yet gets only policies for
 * every platform: an answer to SQL of another system would be an error, not a truth.
 */
export function policyApplies(policy: PolicyScope, host: HostScope): boolean {
  if (policy.teamId !== null && policy.teamId !== (host.teamId ?? 0)) return false;
  return policy.platform === "" || familiesOf(policy.platform).includes(host.platformFamily);
}

/**
 * Whether an answer on a host's card still counts: it was given to the present SQL, and the host's
 * platform has been in scope ever since (leaving the scope deletes the membership row).
 */
export function entryCounts(
  entry: { revision: number; evaluatedAtMs: number },
  policy: { revision: number; platformSince: Record<string, number> },
  host: HostScope,
): boolean {
  const inScopeSinceMs = policy.platformSince[host.platformFamily] ?? 0;
  return entry.revision === policy.revision && entry.evaluatedAtMs >= inScopeSinceMs;
}
