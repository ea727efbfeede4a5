import { eq, isNotNull } from "drizzle-orm";
import type { Transaction } from "#db/client.ts";
import { labels } from "#db/schema/labels.ts";
import { policies } from "#db/schema/policies.ts";
import { type LabelEntry, NOT_ASKED } from "./label-card.ts";
import { changeHosts } from "./settle-hosts.ts";

/** A manual label's entry has no SQL to be an answer to. */
const LISTED: LabelEntry = { revision: NOT_ASKED + 1, isMember: true };

/**
 * Puts hosts on a manual label's list and takes others off, with what that means for their answers:
 * those to policies that ask them no more retire in this transaction. Ids of hosts that are gone are
 * passed over. Takes the locks of policies and hosts.
 */
export async function setLabelMembers(
  tx: Transaction,
  labelId: number,
  { add = [], remove = [] }: { add?: readonly number[]; remove?: readonly number[] },
): Promise<void> {
  const added = new Set(add);
  await changeHosts(tx, [...new Set([...add, ...remove])], (host, at) => {
    const isListed = added.has(host.host.hostId);
    if (host.labels.has(labelId) === isListed) return;
    const next = new Map(host.labels);
    if (isListed) next.set(labelId, LISTED);
    else next.delete(labelId);
    host.relabel(next, at);
  });
}

/**
 * Forgets a label that is about to be deleted and that no policy's rules and no live exemption name. The
 * caller has raised the policies revision. Cards keep what hosts said: rules that ended go by it, to
 * tell which answers are older than they (scope.ts). Rows go with the worker's next cleaning.
 */
export async function forgetLabel(tx: Transaction, labelId: number): Promise<void> {
  const [label] = await tx.select().from(labels).where(eq(labels.id, labelId));
  // Of a manual label, no entry means no member; of one that is gone it would mean nobody knows.
  if (label?.membershipType !== "manual") return;
  const scoped = await tx
    .select({ id: policies.id, scopeEras: policies.scopeEras })
    .from(policies)
    .where(isNotNull(policies.scopeEras));
  for (const { id, scopeEras } of scoped) {
    const naming = (scopeEras ?? []).filter(({ labelScope }) =>
      Object.values(labelScope ?? {}).some((ids: number[] | undefined) => ids?.includes(labelId)),
    );
    if (naming.length === 0) continue;
    for (const era of naming) era.manual = [...(era.manual ?? []), labelId];
    await tx.update(policies).set({ scopeEras }).where(eq(policies.id, id));
  }
}
