import type { Transaction } from "#db/client.ts";
import { setLabelMembers } from "#lib/membership/label-members.ts";
import { selectMemberIds } from "./sql.ts";

/** Sizes before and after, when others are members now. */
export async function replaceMembers(
  tx: Transaction,
  labelId: number,
  hostIds: readonly number[],
): Promise<{ before: number; after: number } | undefined> {
  const before = new Set(await selectMemberIds(tx, labelId));
  const after = new Set(hostIds);
  const add = hostIds.filter((id) => !before.has(id));
  const remove = [...before].filter((id) => !after.has(id));
  if (add.length + remove.length === 0) return undefined;
  await setLabelMembers(tx, labelId, { add, remove });
  return { before: before.size, after: after.size };
}
