import type { RowDataPacket } from "mysql2/promise";
import type { Transaction } from "./client.ts";

/** By connection, which stays with the server that it was opened to. */
const known = new WeakMap<object, boolean>();

/**
 * Whether other nodes write too, as Galera's do. Their transactions meet when they commit, and only over
 * rows that both have written: a lock keeps nobody away who is at another node.
 */
export async function isOfCluster(tx: Transaction): Promise<boolean> {
  const { connection } = tx.$client;
  let answer = known.get(connection);
  if (answer === undefined) {
    // MySQL has no such variable.
    const [rows] = await tx.$client.query<RowDataPacket[]>("SHOW VARIABLES LIKE 'wsrep_on'");
    answer = rows[0]?.Value === "ON";
    known.set(connection, answer);
  }
  return answer;
}
