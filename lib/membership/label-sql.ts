import { bulk, type Transaction } from "#db/client.ts";

export interface LabelChange {
  hostId: number;
  labelId: number;
  /** null: there is nothing to keep, since it is not known or goes without saying. */
  isMember: boolean | null;
  /** As isMember, of what was kept until now. */
  wasMember: boolean | null;
}

/** No span is shorter, or two that end in the same millisecond would be one. */
const SHORTEST = "INTERVAL 1000 MICROSECOND";
const KEYS_PER_STATEMENT = 500;

/**
 * Keeps for "as of" what rows say that are about to change or go. A row tells since when, so what is
 * known now needs no history of its own, and what a server of the version before changed while an upgrade
 * rolled out is right from its change on; before it, it counts as not known.
 */
export async function keepLabelRows(
  tx: Transaction,
  which: string,
  values: readonly unknown[],
  at: Date,
): Promise<void> {
  await tx.$client.query(
    `INSERT INTO label_spans (label_id, host_id, ended_at, at, is_member)
     SELECT label_id, host_id, greatest(cast(? AS datetime(3)), since + ${SHORTEST}), since, is_member
     FROM label_membership WHERE ${which}
     ON DUPLICATE KEY UPDATE label_spans.at = label_spans.at`,
    [at, ...values],
  );
}

/**
 * Tells copies of labels' members that they are old. In order of id and last in a transaction: the rows
 * are shared by all commits.
 */
export async function raiseMembershipRevisions(
  tx: Transaction,
  changes: readonly LabelChange[],
): Promise<void> {
  const ids = [...new Set(changes.map(({ labelId }) => labelId))].sort((a, b) => a - b);
  if (ids.length === 0) return;
  await tx.$client.query(
    "UPDATE labels SET membership_revision = membership_revision + 1 WHERE id IN (?)",
    [ids],
  );
}

function* keysOf(changes: readonly LabelChange[]): Generator<number[][]> {
  for (let at = 0; at < changes.length; at += KEYS_PER_STATEMENT) {
    yield changes
      .slice(at, at + KEYS_PER_STATEMENT)
      .map(({ hostId, labelId }) => [hostId, labelId]);
  }
}

/**
 * Writes what is known of hosts and labels, in order of the key, which is that of hosts: whoever
 * writes these rows holds their hosts.
 */
export async function writeLabelRows(
  tx: Transaction,
  changes: readonly LabelChange[],
  since: Date,
): Promise<void> {
  const known = changes.filter(({ isMember }) => isMember !== null);
  const unknown = changes.filter(({ isMember }) => isMember === null);
  for (const keys of keysOf(changes.filter(({ wasMember }) => wasMember !== null))) {
    await keepLabelRows(tx, "(host_id, label_id) IN (?)", [keys], since);
  }
  for (const keys of keysOf(unknown)) {
    await tx.$client.query("DELETE FROM label_membership WHERE (host_id, label_id) IN (?)", [keys]);
  }
  await bulk(
    tx,
    `INSERT INTO label_membership (host_id, label_id, is_member, since) VALUES ?
     ON DUPLICATE KEY UPDATE is_member = VALUES(is_member), since = VALUES(since)`,
    known.map(({ hostId, labelId, isMember }) => [hostId, labelId, isMember, since]),
  );
}
