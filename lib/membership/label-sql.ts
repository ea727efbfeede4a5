import { bulk, type Transaction } from "#db/client.ts";

export interface LabelChange {
  hostId: number;
  labelId: number;
  /** null: there is nothing to keep, since it is not known or goes without saying. */
  isMember: boolean | null;
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
  for (let at = 0; at < unknown.length; at += 500) {
    const keys = unknown.slice(at, at + 500).map(({ hostId, labelId }) => [hostId, labelId]);
    await tx.$client.query("DELETE FROM label_membership WHERE (host_id, label_id) IN (?)", [keys]);
  }
  await bulk(
    tx,
    `INSERT INTO label_membership (host_id, label_id, is_member, since) VALUES ?
     ON DUPLICATE KEY UPDATE is_member = VALUES(is_member), since = VALUES(since)`,
    known.map(({ hostId, labelId, isMember }) => [hostId, labelId, isMember, since]),
  );
}
