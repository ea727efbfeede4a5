import { expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { idsOf } from "#lib/host-set.ts";
import { getPolicy } from "#lib/policies/policies.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { insertHost } from "#lib/testing/fixtures.ts";
import { answerLabel, insertLabel, insertManualLabel, listHosts } from "#lib/testing/labels.ts";
import { insertPolicy } from "#lib/testing/policies.ts";
import { readAnswers } from "./label-answers.ts";
import { selectLabelsById } from "./sql.ts";

const db = await testDatabase();

const membersOf = async (labelId: number) => {
  const labels = await selectLabelsById(db, [labelId]);
  return idsOf((await readAnswers(db, labels, true)).get(labelId) ?? Buffer.alloc(0));
};

test("what is kept of a label's members is never older than the last commit", async () => {
  const hostId = await insertHost();
  const { id } = await insertLabel();
  expect(await membersOf(id)).toEqual([]);
  await answerLabel(hostId, id, true);
  expect(await membersOf(id)).toEqual([hostId]);
  await answerLabel(hostId, id, false);
  expect(await membersOf(id)).toEqual([]);
  const manual = await insertManualLabel();
  await listHosts(manual, { add: [hostId] });
  expect(await membersOf(manual.id)).toEqual([hostId]);
  await listHosts(manual, { remove: [hostId] });
  expect(await membersOf(manual.id)).toEqual([]);
});

test("what a transaction sees of itself is not kept, since it may be undone", async () => {
  const hostId = await insertHost();
  const label = await insertManualLabel();
  const undone = transaction(db, async (tx) => {
    await tx.$client.query(
      "INSERT INTO label_membership (host_id, label_id, is_member, since) VALUES (?, ?, 1, now())",
      [hostId, label.id],
    );
    const seen = await readAnswers(tx, await selectLabelsById(tx, [label.id]), true);
    expect(idsOf(seen.get(label.id) ?? Buffer.alloc(0))).toEqual([hostId]);
    throw new Error("undone");
  });
  await expect(undone).rejects.toThrow("undone");
  expect(await membersOf(label.id)).toEqual([]);
});

test("the counts of a policy follow a label from one answer to the next", async () => {
  const hostId = await insertHost();
  const label = await insertLabel();
  const policyId = await insertPolicy({ labels_include_any: [label.name] });
  const pending = async () => (await getPolicy(SYSTEM, policyId)).pending_host_count;
  const asked = await pending();
  await answerLabel(hostId, label.id, false);
  expect(await pending()).toBe(asked - 1);
  await answerLabel(hostId, label.id, true);
  expect(await pending()).toBe(asked);
});
