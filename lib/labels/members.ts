import type { Transaction } from "#db/client.ts";
import { databaseNow } from "#db/client.ts";
import type { LabelRecord } from "./sql.ts";
import { deleteMembershipRows, insertMembers, selectMemberIds } from "./sql.ts";

/** Sizes before and after, when others are members now. */
export async function replaceMembers(
  tx: Transaction,
  labelId: number,
  hostIds: readonly number[],
): Promise<{ before: number; after: number } | undefined> {
  const before = await selectMemberIds(tx, labelId);
  const isSame = before.length === hostIds.length && before.every((id, at) => id === hostIds[at]);
  if (isSame) return undefined;
  await deleteMembershipRows(tx, labelId);
  await insertMembers(tx, labelId, hostIds, await databaseNow(tx));
  return { before: before.length, after: hostIds.length };
}

export async function relabel(_tx: Transaction, _before: LabelRecord, _after: LabelRecord) {}

export const forgetLabel = deleteMembershipRows;
