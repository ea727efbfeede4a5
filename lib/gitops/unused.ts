import type { Executor } from "#db/client.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import { type LabelRecord, selectScopedPolicies } from "#lib/labels/sql.ts";
import type { PlannedExemptions } from "./plan-exemptions.ts";
import type { PlannedPolicies } from "./plan-policies.ts";
import type { Problems } from "./problems.ts";

/** Without its label, a policy would ask others. Told in a dry run too, before the delete refuses. */
export async function requireUnused(
  executor: Executor,
  gone: readonly LabelRecord[],
  policies: PlannedPolicies,
  exemptions: PlannedExemptions,
  problems: Problems,
): Promise<void> {
  if (gone.length === 0) return;
  const planned = new Set([...policies.after, ...policies.gone].map(({ id }) => id));
  const others = (await selectScopedPolicies(executor)).filter(({ id }) => !planned.has(id));
  const scopes = [
    ...others.map(({ name, labelScope }) => ({ name, labelScope })),
    ...policies.after.map(({ name, fields }) => ({ name, labelScope: fields.labelScope })),
  ];
  for (const label of gone) {
    const users = scopes.filter(({ labelScope }) => labelIdsOf(labelScope).includes(label.id));
    const exempt = exemptions.writes.filter(({ target }) => target.labelId === label.id);
    const uses = [
      ...users.map(({ name }) => `policy "${name}"`),
      ...exempt.map(({ policy }) => `an exemption from policy "${policy.name}"`),
    ];
    if (uses.length > 0) {
      problems.add("complete.labels", `label "${label.name}" is used by ${uses.join(", ")}`);
    }
  }
}
