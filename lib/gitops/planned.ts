import type { PolicyRecord } from "#lib/policies/sql.ts";
import type { GitopsChange, GitopsCounts } from "./schema.ts";

/** What decides which hosts a policy asks. */
export type Scope = Pick<PolicyRecord, "teamId" | "platform" | "labelScope">;

/** Whom a policy asks, or of them those whom an exemption lets off. */
export interface Asked extends Scope {
  onlyHostId?: number | undefined;
  /** 0: hosts in no team. */
  onlyTeamId?: number | undefined;
}

/** Whom a change is about; counted when somebody wants to know. */
export type Touches =
  | { kind: "nobody" }
  | { kind: "everybody" }
  | { kind: "asked"; before: Asked | undefined; after: Asked | undefined }
  | { kind: "label"; id: number }
  | { kind: "team"; id: number };

/** One of the three is set. */
export interface ExemptionTarget {
  hostId: number | null;
  labelId: number | null;
  teamId: number | null;
}

/** Those of a policy's hosts that an exemption names; a label that it names is one rule more. */
export function letOff(
  { teamId, platform, labelScope }: Scope,
  { hostId, labelId, teamId: onlyTeamId }: ExemptionTarget,
): Asked {
  const all = [...(labelScope?.includeAll ?? []), ...(labelId === null ? [] : [labelId])];
  return {
    teamId,
    platform,
    labelScope: labelId === null ? labelScope : { ...labelScope, includeAll: all },
    onlyHostId: hostId ?? undefined,
    onlyTeamId: onlyTeamId ?? undefined,
  };
}

export interface PlannedChange extends Omit<GitopsChange, keyof GitopsCounts> {
  touches: Touches;
}

export const plannedChange = (
  change: Pick<PlannedChange, "kind" | "name" | "action"> & Partial<PlannedChange>,
): PlannedChange => ({
  team: null,
  place: null,
  before: {},
  after: {},
  touches: { kind: "nobody" },
  ...change,
});
