import type { ResultSetHeader } from "mysql2/promise";
import type { Database } from "#db/client.ts";
import { AHEAD_SECONDS } from "#lib/membership/status.ts";

/** A lease nobody renews passes on after this; renewed three times within. */
export const LEASE_SECONDS = 15;
export const RENEW_INTERVAL_MS = 5_000;

/**
 * Takes or renews a lease; true while `owner` holds it. One row and the database's clock decide,
 * so it works on any MySQL: named locks (GET_LOCK) do not exist on clustered ones. A lease that ends
 * later than any could was taken while that clock was ahead.
 */
export async function takeLease(db: Database, name: string, owner: string): Promise<boolean> {
  await db.$client.query(
    "INSERT IGNORE INTO leases (name, owner, expires_at) VALUES (?, '', UTC_TIMESTAMP(3))",
    [name],
  );
  const [result] = await db.$client.query<ResultSetHeader>(
    `UPDATE leases SET owner = ?, expires_at = UTC_TIMESTAMP(3) + INTERVAL ? SECOND
     WHERE name = ? AND (owner = ? OR expires_at <= UTC_TIMESTAMP(3)
     OR expires_at > UTC_TIMESTAMP(3) + INTERVAL ? SECOND)`,
    [owner, LEASE_SECONDS, name, owner, AHEAD_SECONDS],
  );
  return result.affectedRows === 1;
}

/** Gives the lease up, so that another takes over at once instead of after its end. */
export async function dropLease(db: Database, name: string, owner: string): Promise<void> {
  await db.$client.query(
    "UPDATE leases SET expires_at = UTC_TIMESTAMP(3) WHERE name = ? AND owner = ?",
    [name, owner],
  );
}
