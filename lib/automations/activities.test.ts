import { beforeEach, describe, expect, test } from "vitest";
import { transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { publishEnv } from "#lib/env.ts";
import { testDatabase } from "#lib/testing/database.ts";
import { deliverDue, testReceiver } from "#lib/testing/receiver.ts";
import { updateWebhookSettings } from "#lib/webhooks/webhooks.ts";

publishEnv(["--webhook-private-addresses"]);
const db = await testDatabase();
const receiver = await testReceiver();

beforeEach(() => {
  receiver.received = [];
});

describe("the webhook of activities", () => {
  const act = (type: string) =>
    transaction(db, (tx) => recordActivity(tx, SYSTEM, { type, details: { reason: "why" } }));
  const set = (enabled: boolean) =>
    updateWebhookSettings(SYSTEM, { kind: "activities", teamId: null, url: receiver.url, enabled });
  const heard = () => receiver.received.map(({ body }) => body.type);

  test("gets every activity while it is on, and none while it is off", async () => {
    await act("before");
    await set(true);
    await act("exemption_ends_soon");
    await act("edited_policy");
    await deliverDue();
    // Switching on is itself an activity, and the first.
    expect(heard()).toEqual(["edited_webhook", "exemption_ends_soon", "edited_policy"]);
    expect(receiver.received[1]?.body).toEqual({
      timestamp: expect.any(String),
      actor_full_name: "Muster",
      actor_id: null,
      actor_email: "",
      type: "exemption_ends_soon",
      details: { reason: "why" },
    });
    receiver.received = [];
    await set(false);
    await act("after");
    await deliverDue();
    expect(heard()).toEqual([]);
  });

  test("hears of nothing that was rolled back", async () => {
    await set(true);
    await deliverDue();
    receiver.received = [];
    const undone = transaction(db, async (tx) => {
      await recordActivity(tx, SYSTEM, { type: "undone", details: {} });
      throw new Error("rolled back");
    });
    await expect(undone).rejects.toThrow("rolled back");
    await deliverDue();
    expect(heard()).toEqual([]);
    await set(false);
  });
});
