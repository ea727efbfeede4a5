import { readVersionFields } from "#lib/policies/version-fields.ts";
import type { PolicyThen } from "./states.ts";
import type { LastChange, VersionThen } from "./then-sql.ts";

const hasIds = (list: unknown): boolean => Array.isArray(list) && list.length > 0;

/** What of a version decides whom it asked and which answers counted. */
export function policyThen({ revision, teamId, fields }: VersionThen): PolicyThen {
  const { platform, labelScope } = readVersionFields(fields);
  const isNarrowed = Object.values(labelScope ?? {}).some(hasIds);
  return { revision, teamId, platform, labelScope: isNarrowed ? labelScope : null };
}

/** Looks up a host's last change of a policy. */
export function changesByPair(changes: readonly LastChange[]) {
  const byHost = new Map<number, Map<number, LastChange>>();
  for (const change of changes) {
    const ofHost = byHost.get(change.hostId) ?? new Map<number, LastChange>();
    ofHost.set(change.policyId, change);
    byHost.set(change.hostId, ofHost);
  }
  return (hostId: number, policyId: number) => byHost.get(hostId)?.get(policyId);
}
