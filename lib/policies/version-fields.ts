import type { PolicyEdit, PolicyFields } from "./change.ts";
import type { PolicyRecord } from "./sql.ts";

/** What a version keeps besides team and name, which have columns of their own. */
export type VersionFields = Omit<PolicyFields, "name"> & { paused: boolean };

export function versionFieldsOf(policy: PolicyRecord): VersionFields {
  return {
    query: policy.query,
    description: policy.description,
    resolution: policy.resolution,
    platform: policy.platform,
    critical: policy.critical,
    intervalSeconds: policy.intervalSeconds,
    tags: policy.tags,
    labelScope: policy.labelScope,
    paused: policy.pausedAt !== null,
  };
}

/** Versions from before a field existed do not have it. */
const ABSENT: VersionFields = {
  query: "",
  description: "",
  resolution: "",
  platform: "",
  critical: false,
  intervalSeconds: null,
  tags: null,
  labelScope: null,
  paused: false,
};

export const readVersionFields = (stored: Record<string, unknown>): VersionFields => ({
  ...ABSENT,
  ...stored,
});

/**
 * The edit that makes a policy what it was. Its team stays and so does a pause: people restore what
 * a policy says, and not whom it belonged to or that nobody was asked.
 */
export function restoringEdit(name: string, stored: Record<string, unknown>): PolicyEdit {
  const { paused: _, ...fields } = readVersionFields(stored);
  return { name, ...fields };
}
