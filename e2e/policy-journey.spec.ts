import type { Page } from "@playwright/test";
import type { Control } from "#lib/simulator/control.ts";
import { adminAccount, expect, test } from "./fixtures.ts";

const FILEVAULT =
  "SELECT 1 FROM disk_encryption WHERE user_uuid IS NOT '' AND filevault_status = 'on';";

/** Fills in a new policy for macOS in the browser and saves it. */
async function createPolicy(page: Page, name: string, query: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.getByRole("textbox", { name: /^SQL query/ }).focus();
  await page.keyboard.insertText(query);
  // Until then the platforms may still follow the query.
  await expect(page.getByText(/^Runs on/)).toBeVisible();
  await page.getByRole("checkbox", { name: "macOS" }).check();
  for (const other of ["Windows", "Linux", "ChromeOS"]) {
    await page.getByRole("checkbox", { name: other }).uncheck();
  }
  await page.getByRole("button", { name: "Create policy" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
}

/** How many hosts stand so, as the policy's page says; the link leads to them. */
const stateLink = (page: Page, state: string, count: number | RegExp) =>
  page.getByRole("link", {
    name: new RegExp(`^${state} ?${count instanceof RegExp ? count.source : count}$`),
  });

/** A Mac whose disk is not encrypted. */
async function brokenMac(simulator: Control, team: string | null) {
  const hosts = await simulator.list();
  const mac = hosts.find((host) => host.platform === "darwin" && host.team === team);
  if (!mac) throw new Error(`no Mac in ${team}`);
  await simulator.set(mac.hostname, "disk_encryption.filevault_status=off");
  return mac;
}

async function signIn(page: Page): Promise<void> {
  await page.goto("/");
  await page.getByLabel("E-mail").fill(adminAccount.email);
  await page.getByLabel("Password", { exact: true }).fill(adminAccount.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Dashboard" })).toBeVisible();
}

/** Presses Refetch after the host was mended and waits for the answer on the same page. */
async function fixAndRefetch(page: Page, simulator: Control, hostname: string, name: string) {
  const row = page.getByRole("row").filter({ hasText: name });
  await expect(row).toContainText("Fail");
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await simulator.set(hostname, "disk_encryption.filevault_status=on");
  await page.getByRole("button", { name: "Refetch" }).click();
  await expect(row).toContainText("Pass");
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
}

test.describe("a visitor", () => {
  test.use({ signedIn: false });

  test("signs in, writes a policy, opens a failing host, has it fixed and sees it pass", async ({
    page,
    simulator,
  }) => {
    const mac = await brokenMac(simulator, null);
    const name = `FileVault ${Date.now()}`;
    await signIn(page);
    await page.getByRole("link", { name: "Policies", exact: true }).click();
    await page.getByRole("link", { name: "New policy" }).first().click();
    await createPolicy(page, name, FILEVAULT);
    await expect(stateLink(page, "Pending", 0)).toBeVisible({ timeout: 30_000 });
    await stateLink(page, "Fail", /[1-9]\d*/).click();
    await page.getByRole("link", { name: mac.computerName }).click();
    await fixAndRefetch(page, simulator, mac.hostname, name);
  });
});

test("a team's observer follows a team policy and may look but not touch", async ({
  page,
  pageAs,
  createUser,
  simulator,
  world,
}) => {
  const mac = await brokenMac(simulator, world.team.name);
  const name = `Team FileVault ${Date.now()}`;
  await page.goto(`/policies/new?team_id=${world.team.id}`);
  await createPolicy(page, name, FILEVAULT);
  await expect(stateLink(page, "Pending", 0)).toBeVisible({ timeout: 30_000 });

  const observer = await createUser({ teams: [{ id: world.team.id, role: "observer" }] });
  const observed = await pageAs(observer);
  await observed.goto("/policies");
  await expect(observed.getByRole("link", { name: "New policy" })).toHaveCount(0);
  await observed.getByRole("link", { name, exact: true }).click();
  await expect(observed.getByRole("heading", { name, level: 1 })).toBeVisible();
  await expect(observed.getByRole("button", { name: "Save" })).toHaveCount(0);
  await expect(observed.getByRole("button", { name: "Delete" })).toHaveCount(0);
  await stateLink(observed, "Fail", /[1-9]\d*/).click();
  await observed.getByRole("link", { name: mac.computerName }).click();
  await fixAndRefetch(observed, simulator, mac.hostname, name);
  const refused = await observer.call("POST", `/teams/${world.team.id}/policies`, {
    name: "mine",
    query: "SELECT 1",
  });
  expect(refused.status).toBe(403);
});
