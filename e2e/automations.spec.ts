import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Somebody's system, which takes everything. */
async function startReceiver() {
  const taken: { event: unknown; hosts: { display_name: string }[] }[] = [];
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const piece of request) text += piece;
    const { hosts = [] } = JSON.parse(text);
    taken.push({ event: request.headers["muster-event"], hosts });
    response.writeHead(204).end();
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook`, taken, stop: () => server.close() };
}

async function expectAccessible(page: Page) {
  // What fades in has its contrast when it is there. What is taken away meanwhile rejects.
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
  });
  const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
}

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} mode at 390 px`, () => {
    test.use({ colorScheme, viewport: { width: 390, height: 844 } });

    test("a webhook is set up, tested, and told of hosts that begin to fail", async ({
      page,
      rest,
      world,
    }) => {
      const receiver = await startReceiver();
      const name = `Told of, ${colorScheme}, with a name that is longer than a narrow screen is wide`;
      const policies = `/teams/${world.team.id}/policies`;
      const { policy } = await rest.post(policies, { name, query: "SELECT 1 FROM osquery_info" });
      await rest.patch(`/api/v1/muster/automations?team_id=${world.team.id}`, {
        enable_failing_policies_webhook: false,
        destination_url: "",
        policy_ids: [],
      });
      await page.goto(`/policies?team_id=${world.team.id}`);
      await page.getByRole("button", { name: "Automations" }).click();
      const dialog = page.getByRole("dialog", { name: "Automations" });
      await dialog.getByLabel("Send a webhook when hosts begin to fail").check();
      await dialog.getByRole("button", { name: "Save" }).click();
      await dialog.getByLabel("Destination URL").fill(receiver.url);
      await dialog.getByRole("searchbox").fill(`told of, ${colorScheme}`);
      await dialog.getByRole("checkbox", { name }).check();
      await expectAccessible(page);
      await dialog.getByRole("button", { name: "Save" }).click();
      await expect(page.getByText("Automation saved.")).toBeVisible();
      await dialog.getByRole("button", { name: "New signing secret…" }).click();
      await page.getByRole("button", { name: "Make new secret" }).click();
      await expect(dialog.getByLabel("Signing secret", { exact: true })).toHaveValue(/^whsec_/);
      await dialog.getByRole("button", { name: "Send a test" }).click();
      const deliveries = dialog.getByRole("list", { name: "Recent deliveries" });
      await expect(deliveries.getByText("Test", { exact: true }).first()).toBeVisible();
      await expect(deliveries.getByText("Delivered").first()).toBeVisible();
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
      await rest.patch(`${policies}/${policy.id}`, {
        query: "SELECT 1 FROM osquery_info WHERE 1 = 0",
      });
      await expect(deliveries.getByText(`began to fail ${name}`).first()).toBeVisible();
      await expect
        .poll(() =>
          receiver.taken.some(({ event, hosts }) => event === "failing" && hosts.length > 0),
        )
        .toBe(true);
      await page.goto(`/policies/${policy.id}`);
      await expect(page.getByText("Webhook to 127.0.0.1")).toBeVisible();
      receiver.stop();
    });
  });
}

test("an observer sees the automation, neither the address nor a button that changes it", async ({
  createUser,
  pageAs,
  rest,
}) => {
  await rest.patch("/api/v1/muster/automations?team_id=0", {
    destination_url: "https://hooks.example/s3cret",
  });
  const page = await pageAs(await createUser({ global_role: "observer" }));
  await page.goto("/policies?team_id=0");
  await page.getByRole("button", { name: "Automations" }).click();
  const dialog = page.getByRole("dialog", { name: "Automations" });
  await expect(dialog.getByLabel("Destination URL")).toHaveValue("https://hooks.example/********");
  await expect(dialog.getByRole("button", { name: "Save" })).toHaveCount(0);
  await expect(dialog.getByRole("button", { name: "New signing secret…" })).toHaveCount(0);
});
