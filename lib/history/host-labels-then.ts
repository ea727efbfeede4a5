import type { Executor } from "#db/client.ts";
import type { HostLabelsThenJson } from "./as-of-schema.ts";
import { selectAllLabelsThen, selectLabelSpans } from "./labels-sql.ts";
import { answersOf, labelsOf, rulesOf, type VitalsThen } from "./labels-then.ts";

/** Which labels a host was a member of, and of which nobody knew, by the names that they had then. */
export async function hostLabelsThen(
  executor: Executor,
  host: VitalsThen & { hostId: number },
  at: Date,
): Promise<HostLabelsThenJson> {
  const versions = await selectAllLabelsThen(executor, at);
  const ids = versions.map(({ labelId }) => labelId);
  const spans = await selectLabelSpans(executor, ids, [host.hostId], at, at);
  const known = labelsOf(rulesOf(versions), host, answersOf(spans));
  // Of two versions in force at once, the later is the one whose rule is gone by.
  const byId = new Map(versions.map((version) => [version.labelId, version]));
  const named = [...byId.values()].map(({ labelId: id, name }) => ({ id, name }));
  return {
    labels: named.filter(({ id }) => known.get(id)?.isMember),
    unknown_labels: named.filter(({ id }) => !known.has(id)),
  };
}
