import { expect, test } from "./fixtures.ts";

const GATEKEEPER = "SELECT 1 FROM gatekeeper WHERE assessments_enabled = 1;";

test("a person fixes what My device says, checks again, and is let in", async ({
  page,
  rest,
  simulator,
}) => {
  const mac = (await simulator.list()).filter(({ platform }) => platform === "darwin").at(-1);
  if (!mac) throw new Error("the world has no Mac");
  await simulator.set(mac.hostname, "gatekeeper.assessments_enabled=0");
  const policy = {
    name: `Gatekeeper ${Date.now()}`,
    query: GATEKEEPER,
    platform: "darwin",
    critical: true,
    resolution: "Open **System Settings** and turn Gatekeeper on.",
  };
  const { id } = (await rest.post("/policies", policy)).policy;
  const host = async () => (await rest.get(`/hosts/identifier/${mac.uuid}`)).host;
  await expect.poll(async () => (await host()).verdict).toBe("fail");

  await page.context().clearCookies();
  await page.goto((await host()).my_device_url);
  await expect(page.getByText(policy.name)).toBeVisible();
  await expect(page.getByText("turn Gatekeeper on")).toBeVisible();
  await expect(page.getByText("SELECT")).toHaveCount(0);

  await simulator.set(mac.hostname, "gatekeeper.assessments_enabled=1");
  await page.getByRole("button", { name: "Check again" }).click();
  await expect(page.getByText(/1 thing fixed/)).toBeVisible();
  expect((await host()).verdict).toBe("pass");
  await rest.post("/policies/delete", { ids: [id] });
});

test("a link that was made up says that it does not work", async ({ page }) => {
  await page.goto("/device/made-up");
  await expect(page.getByText("This link no longer works")).toBeVisible();
});
