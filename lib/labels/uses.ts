import type { Transaction } from "#db/client.ts";
import { labelIdsOf } from "./label-sets.ts";
import { selectLiveExemptions, selectScopedPolicies } from "./sql.ts";

/** What goes by a label: a policy's scope, or an exemption. */
export interface LabelUse {
  kind: "policy" | "exemption";
  /** Of the policy. null: all teams. 0: hosts in no team. */
  teamId: number | null;
  /** In words, for lists. */
  reason: string;
}

/** Everything that goes by a label now. */
export async function usesOf(tx: Transaction, labelId: number, at: Date): Promise<LabelUse[]> {
  const policies = (await selectScopedPolicies(tx)).filter(({ labelScope }) =>
    labelIdsOf(labelScope).includes(labelId),
  );
  const exemptions = await selectLiveExemptions(tx, labelId, at);
  return [
    ...policies.map(({ name, teamId }) => ({
      kind: "policy" as const,
      teamId,
      reason: `policy "${name}"`,
    })),
    ...exemptions.map(({ policyName, teamId, reason }) => ({
      kind: "exemption" as const,
      teamId,
      reason: `an exemption from policy "${policyName}" (${reason})`,
    })),
  ];
}
