import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { SYSTEM } from "#lib/auth/viewer.ts";
import { publishEnv } from "#lib/env.ts";
import { updateSettings } from "#lib/settings/settings.ts";
import { hostIdOf } from "#lib/testing/policies.ts";
import { updateWebhookSettings } from "#lib/webhooks/webhooks.ts";
import type { Outcome } from "./ledger.ts";
import { World } from "./world.ts";

const HOSTS = 40;
const KILLS = 4;
const BETWEEN_MS = 1_500;
/** A claim of a server that was killed, and the wait after a failed attempt. */
const TOLD_LIMIT_MS = 180_000;
/** A delivery of a second claimant, were there one, has come by then. */
const QUIET_MS = 5_000;

/** By delivery, whom it told of; each one's first attempt is taken and never answered. */
const taken = new Map<string, Set<number>>();
const receiver = createServer(async (request, response) => {
  let text = "";
  for await (const piece of request) text += piece;
  const id = String(request.headers["webhook-id"]);
  const isFirst = !taken.has(id);
  const hosts = taken.get(id) ?? new Set();
  for (const host of JSON.parse(text).hosts) hosts.add(host.id);
  taken.set(id, hosts);
  if (isFirst) response.destroy();
  else response.writeHead(204).end();
}).listen(0, "127.0.0.1");
await once(receiver, "listening");
afterAll(() => receiver.close());

publishEnv(["--webhook-private-addresses"]);
const world = await World.shared({
  servers: 2,
  policies: 1,
  server: { argv: ["--webhook-private-addresses"] },
});

test("servers killed while hosts begin to fail and receivers break off tell of every host, by one delivery each", async () => {
  let said: Outcome = "pass";
  const fleet = await world.fleet(HOSTS, { outcome: () => said });
  await updateSettings(SYSTEM, { webhookIntervalSeconds: 1 });
  const { port } = receiver.address() as AddressInfo;
  await updateWebhookSettings(SYSTEM, {
    kind: "failing_policies",
    teamId: null,
    enabled: true,
    url: `http://127.0.0.1:${port}/`,
    policyIds: world.policyIds,
    hostBatchSize: 7,
  });
  await world.warmUp(fleet);
  said = "fail";
  for (let n = 0; n < KILLS; n++) {
    const [oldest] = world.servers;
    if (oldest) await world.replaceServer(oldest);
    await sleep(Math.random() * BETWEEN_MS);
  }
  const ids = await Promise.all(Array.from({ length: HOSTS }, (_, n) => hostIdOf(`host-${n + 1}`)));
  const told = () => [...taken.values()].flatMap((hosts) => [...hosts]).sort((a, b) => a - b);
  await expect
    .poll(told, { timeout: TOLD_LIMIT_MS, interval: 500 })
    .toEqual(ids.sort((a, b) => a - b));
  await sleep(QUIET_MS);
  expect(told()).toEqual(ids);
  await world.expectMended(fleet);
});
