import type { Transaction } from "#db/client.ts";
import type { MembershipChanges } from "./changes.ts";
import type { FinishedHost } from "./host-answers.ts";
import { recordVerdicts } from "./host-verdicts.ts";
import { type CardUpdate, type LockedHost, updateCards, updateVerdict } from "./sql.ts";
import type { HostStanding } from "./verdict.ts";

/**
 * Writes verdicts that differ from what the rows say, grouped so that equal ones share a statement, and
 * their history: one statement more, where a verdict and not only a count of failing policies changed.
 */
async function writeVerdicts(
  tx: Transaction,
  judged: readonly { host: LockedHost; standing: HostStanding }[],
  at: Date,
): Promise<void> {
  const groups = new Map<string, { ids: number[]; standing: HostStanding }>();
  for (const { host, standing } of judged) {
    const same =
      host.verdict === standing.verdict &&
      host.failingPoliciesCount === standing.failingCount &&
      host.failingCriticalPoliciesCount === standing.failingCriticalCount;
    if (same) continue;
    const key = `${standing.verdict} ${standing.failingCount} ${standing.failingCriticalCount}`;
    const group = groups.get(key) ?? { ids: [], standing };
    group.ids.push(host.hostId);
    groups.set(key, group);
  }
  for (const { ids, standing } of groups.values()) {
    await updateVerdict(tx, ids, standing);
  }
  const turned = judged.filter(({ host, standing }) => host.verdict !== standing.verdict);
  await recordVerdicts(
    tx,
    turned.map(({ host }) => host.hostId),
    at,
  );
}

/**
 * Writes what became of locked hosts: their cards and verdicts, then rows, history and counts.
 * `answeredAtMs`: see MembershipChanges.write.
 */
export async function writeHosts(
  tx: Transaction,
  finished: readonly (Pick<FinishedHost, "host" | "standing"> & {
    update: CardUpdate | undefined;
  })[],
  changes: MembershipChanges,
  at: Date,
  answeredAtMs?: ReadonlyMap<number, number>,
): Promise<void> {
  await updateCards(
    tx,
    finished.flatMap(({ update }) => update ?? []),
  );
  await writeVerdicts(tx, finished, at);
  await changes.write(tx, at, answeredAtMs);
}

/** Hosts handled per round of statements; a transaction may take many rounds. */
const HOSTS_PER_STEP = 500;

/** In order of id, which is the order of locks. */
export function inSteps(hostIds: readonly number[]): number[][] {
  const sorted = [...hostIds].sort((a, b) => a - b);
  const steps: number[][] = [];
  for (let at = 0; at < sorted.length; at += HOSTS_PER_STEP) {
    steps.push(sorted.slice(at, at + HOSTS_PER_STEP));
  }
  return steps;
}
