import type { PolicyRecord } from "#lib/policies/sql.ts";
import type { GitopsChange } from "./schema.ts";

/** What decides which hosts a policy asks. */
export type Scope = Pick<PolicyRecord, "teamId" | "platform" | "labelScope">;

/** Whom a change is about; counted when somebody wants to know. */
export type Touches =
  | { kind: "nobody" }
  | { kind: "everybody" }
  | { kind: "policy"; before: Scope | undefined; after: Scope | undefined }
  | { kind: "label"; id: number }
  | { kind: "team"; id: number }
  /** Those of the target that the policy asks. */
  | { kind: "exemption"; scope: Scope; target: ExemptionTarget };

/** One of the three is set. */
export interface ExemptionTarget {
  hostId: number | null;
  labelId: number | null;
  teamId: number | null;
}

export interface PlannedChange
  extends Omit<GitopsChange, "hosts" | "hosts_before" | "hosts_after"> {
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
