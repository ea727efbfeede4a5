import { databaseNow, type Executor } from "#db/client.ts";
import { labelIdsOf } from "#lib/labels/label-sets.ts";
import { selectLiveExemptions, selectScopedPolicies } from "#lib/labels/sql.ts";
import type { PlannedParts } from "./affected.ts";
import type { Problems } from "./problems.ts";

/** Without its label, a policy would ask others. Told in a dry run too, before the delete refuses. */
export async function requireUnused(
  executor: Executor,
  { labels, policies, exemptions }: Pick<PlannedParts, "labels" | "policies" | "exemptions">,
  problems: Problems,
): Promise<void> {
  if (labels.gone.length === 0) return;
  const now = await databaseNow(executor);
  const planned = new Set([...policies.after, ...policies.gone].map(({ id }) => id));
  const others = (await selectScopedPolicies(executor)).filter(({ id }) => !planned.has(id));
  const scopes = [
    ...others.map(({ name, labelScope }) => ({ name, labelScope })),
    ...policies.after.map(({ name, fields }) => ({ name, labelScope: fields.labelScope })),
  ];
  const ended = new Set(exemptions.gone.map(({ exemption }) => exemption.id));
  const goes = new Set(policies.gone.map(({ id }) => id));
  for (const label of labels.gone) {
    const users = scopes.filter(({ labelScope }) => labelIdsOf(labelScope).includes(label.id));
    const made = exemptions.writes.filter(
      ({ target, before }) => !before && target.labelId === label.id,
    );
    const live = (await selectLiveExemptions(executor, label.id, now)).filter(
      ({ id, policyId }) => !ended.has(id) && !goes.has(policyId),
    );
    const exempt = [...made.map(({ policy }) => policy.name), ...live.map((one) => one.policyName)];
    const uses = [
      ...users.map(({ name }) => `policy "${name}"`),
      ...exempt.map((name) => `an exemption from policy "${name}"`),
    ];
    if (uses.length > 0) {
      problems.add("complete.labels", `label "${label.name}" is used by ${uses.join(", ")}`);
    }
  }
}
