import type { Database } from "#db/client.ts";
import { users } from "#db/schema/users.ts";

/** Databases seen with a user in them. Users may go, but the last admin never does. */
const known = new WeakSet<Database>();

/** Whether somebody has set this server up, i.e. whether a user exists. One query until yes. */
export async function isSetUp(db: Database): Promise<boolean> {
  if (known.has(db)) return true;
  const rows = await db.select({ id: users.id }).from(users).limit(1);
  if (rows.length > 0) known.add(db);
  return rows.length > 0;
}
