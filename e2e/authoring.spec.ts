import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import type { Control } from "#lib/simulator/control.ts";
import { expect, type Rest, test } from "./fixtures.ts";

/**
 * An exemption from a critical policy and its like concern whole hosts, so the critical policies here
 * ask Windows and Linux alone: other tests follow the verdicts of Macs.
 */
const ELSEWHERE = "windows,linux";
/** How many rows of /etc/hosts a machine has; somebody who adds to them makes it fail. */
const HOSTS_FILE = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM etc_hosts WHERE address = '6.6.6.6');";

const nameOf = (what: string) => `${what} ${Date.now()}`;
const editorOf = (page: Page): Locator => page.getByRole("textbox", { name: /^SQL query/ });
/** How many hosts stand so, as the policy's page says. */
const stateLink = (page: Page, state: string, count: number | RegExp): Locator =>
  page.getByRole("link", {
    name: new RegExp(`^${state} ?${count instanceof RegExp ? count.source : count}$`),
  });

async function hostOn(simulator: Control, platform: "darwin" | "linux") {
  const host = (await simulator.list()).find((one) => one.platform === platform);
  if (!host) throw new Error(`no host on ${platform}`);
  return host;
}

/** The machine's hosts file was meddled with, or not. */
const meddle = (simulator: Control, hostname: string, yes: boolean) =>
  simulator.set(hostname, `etc_hosts.address=${yes ? "6.6.6.6" : "127.0.0.1"}`);

async function makePolicy(rest: Rest, more: object): Promise<{ id: number; name: string }> {
  const name = nameOf("Hosts file");
  return (await rest.post("/policies", { name, query: HOSTS_FILE, ...more })).policy;
}

/** Puts other SQL into the form, and saves by key. */
async function rewrite(page: Page, sql: string): Promise<void> {
  await editorOf(page).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(sql);
  await expect(page.getByText(/^Runs on/)).toBeVisible();
  await page.keyboard.press("Control+s");
}

async function counted(rest: Rest, id: number) {
  const { policy } = await rest.get(`/policies/${id}`);
  const { passing_host_count, failing_host_count, pending_host_count, exempt_host_count } = policy;
  return [passing_host_count, failing_host_count, pending_host_count, exempt_host_count];
}

test("what hosts answered to a run before saving becomes the policy's first answers", async ({
  page,
  simulator,
}) => {
  const linux = await hostOn(simulator, "linux");
  await simulator.set(linux.hostname, "disk_encryption.encrypted=0");
  const name = nameOf("Kept");
  await page.goto("/policies/new");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await editorOf(page).focus();
  await page.keyboard.insertText("SELECT 1 FROM disk_encryption WHERE encrypted = 1");
  await expect(page.getByText(/^Runs on/)).toBeVisible();
  await page.getByRole("combobox", { name: "Size of the sample" }).click();
  await page.getByRole("option", { name: "10 per platform" }).click();
  await page.getByRole("checkbox", { name: /^Keep these answers/ }).check();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText("Every host has answered.")).toBeVisible();
  await page.getByRole("button", { name: "Create policy" }).click();
  await expect(page.getByText(/The answers of \d+ hosts were kept/)).toBeVisible();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  await expect(stateLink(page, "Pending", 0)).toBeVisible();
  await stateLink(page, "Fail", /[1-9]\d*/).click();
  await expect(page.getByRole("link", { name: linux.computerName })).toBeVisible();
});

test("an interval of one's own comes in from elsewhere, is discarded, and is not saved without minutes", async ({
  page,
  rest,
}) => {
  const { id } = await makePolicy(rest, { platform: "linux" });
  await page.goto(`/policies/${id}?tab=edit`);
  const interval = page.getByRole("combobox", { name: "Interval", exact: true });
  const minutes = page.getByLabel("Minutes", { exact: true });
  const chooseAnother = async () => {
    await interval.click();
    await page.getByRole("option", { name: "Another interval…" }).click();
  };
  await expect(interval).toHaveText(/^The server’s/);
  await rest.patch(`/policies/${id}`, { interval: 5_400 });
  await expect(minutes).toHaveValue("90");
  await expect(interval).toHaveText("Another interval…");
  await rest.patch(`/policies/${id}`, { interval: null });
  await expect(minutes).toHaveCount(0);

  await chooseAnother();
  await minutes.fill("90");
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(interval).toHaveText(/^The server’s/);
  await expect(minutes).toHaveCount(0);

  await chooseAnother();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText(/^policy interval must be/)).toBeVisible();
  await expect(minutes).toHaveAttribute("aria-invalid", "true");
  expect((await rest.get(`/policies/${id}`)).policy.interval).toBeNull();
  await minutes.fill("1.25");
  await expect(minutes).toHaveValue("1.25");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect.poll(async () => (await rest.get(`/policies/${id}`)).policy.interval).toBe(75);

  await rest.post("/policies/delete", { ids: [id] });
});

test("what saving a critical policy changes is told first and confirmed by its name, and its counts then move by themselves", async ({
  page,
  rest,
  simulator,
}) => {
  const linux = await hostOn(simulator, "linux");
  const { id, name } = await makePolicy(rest, { critical: true, platform: ELSEWHERE });
  await expect.poll(async () => (await counted(rest, id)).slice(1, 3)).toEqual([0, 0]);
  const [asked = 0] = await counted(rest, id);
  await page.goto(`/policies/${id}?tab=edit`);
  await rewrite(page, HOSTS_FILE.replace("= '6.6.6.6'", "IN ('6.6.6.6', '6.6.6.7')"));

  const dialog = page.getByRole("dialog", { name: "What will change" });
  const told = dialog.getByRole("list", { name: "What will change" });
  await expect(told).toContainText(`The same ${asked} hosts are asked.`);
  await expect(told).toContainText(`${asked} answers to the old SQL stop counting.`);
  await expect(told).toContainText(`${asked} hosts: from “may pass” to “is unknown”`);
  const save = dialog.getByRole("button", { name: "Save" });
  await expect(save).toBeDisabled();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await rest.get(`/policies/${id}`)).policy.query).toBe(HOSTS_FILE);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await dialog.getByLabel(`Type "${name}" to confirm`).fill(name);
  await save.click();
  await expect(page.getByText("Saved. Hosts are asked the new revision.")).toBeVisible();

  await page.getByRole("tab", { name: "Overview" }).click();
  await page.evaluate(() => Object.assign(window, { notReloaded: true }));
  await expect(stateLink(page, "Pass", asked)).toBeVisible();
  await meddle(simulator, linux.hostname, true);
  await rest.post(`/api/v1/muster/policies/${id}/run`, {});
  await expect(stateLink(page, "Fail", 1)).toBeVisible();
  await expect(stateLink(page, "Pass", asked - 1)).toBeVisible();
  expect(await page.evaluate(() => "notReloaded" in window)).toBe(true);
  await meddle(simulator, linux.hostname, false);
  await rest.post("/policies/delete", { ids: [id] });
});

test("a host that is let off a critical policy counts as exempt, may pass, and says so on its page and to its person", async ({
  page,
  rest,
  simulator,
}) => {
  const linux = await hostOn(simulator, "linux");
  await meddle(simulator, linux.hostname, true);
  const { id, name } = await makePolicy(rest, { critical: true, platform: ELSEWHERE });
  await expect.poll(async () => (await counted(rest, id)).slice(1, 3)).toEqual([1, 0]);
  await page.goto(`/policies/${id}`);
  await stateLink(page, "Fail", 1).click();
  await page.getByRole("link", { name: linux.computerName }).click();
  const verdict = page.getByRole("region", { name: "Verdict", exact: true });
  await expect(verdict).toContainText("May not pass");
  await page.getByRole("button", { name }).click();
  await page.getByRole("button", { name: "Exempt this host…" }).click();
  const dialog = page.getByRole("dialog", { name: `Exempt ${linux.computerName}` });
  await dialog.getByRole("button", { name: "Exempt", exact: true }).click();
  await expect(dialog.getByText("An exemption needs a reason.")).toBeVisible();
  await dialog.getByLabel("Reason").fill("a lab machine");
  await dialog.getByRole("button", { name: "Exempt", exact: true }).click();
  await expect(page.getByText("Exempt, and not kept out because of it, until")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Exempt");
  await expect(verdict).toContainText("May pass");
  await expect(verdict).toContainText("The host is exempt from its gating policies");
  await expect(verdict).not.toContainText(name);

  await page.goto(`/policies/${id}`);
  await expect(stateLink(page, "Exempt", 1)).toBeVisible();
  await expect(stateLink(page, "Fail", 0)).toBeVisible();
  await page.getByRole("tab", { name: "Exemptions" }).click();
  const row = page.getByRole("row").filter({ hasText: linux.computerName });
  await expect(row).toContainText("a lab machine");

  const exemption = async () =>
    (await rest.get(`/api/v1/muster/exemptions?policy_id=${id}`)).exemptions[0];
  const { expires_at, remind_at } = await exemption();
  await row.getByRole("button", { name: "Actions for the exemption" }).click();
  await page.getByRole("menuitem", { name: "Change…" }).click();
  const changing = page.getByRole("dialog", { name: "Change the exemption" });
  await expect(changing.getByLabel("Remind")).toHaveText("A week before");
  await changing.getByLabel("Reason").fill("a lab machine, still");
  await changing.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("a lab machine, still");
  expect(await exemption()).toMatchObject({ expires_at, remind_at });

  const { host } = await rest.get(`/hosts/identifier/${linux.uuid}`);
  expect(host.verdict).toBe("pass");
  await page.context().clearCookies();
  await page.goto(host.my_device_url);
  await page.getByText("Exempt from 1 check").click();
  await expect(page.getByRole("listitem").filter({ hasText: name })).toContainText("Until");
  await meddle(simulator, linux.hostname, false);
  await rest.post("/policies/delete", { ids: [id] });
});

test("an edit is compared and restored, and a past moment is seen with the answers and the SQL then in force", async ({
  page,
  rest,
  simulator,
}) => {
  const linux = await hostOn(simulator, "linux");
  await meddle(simulator, linux.hostname, true);
  const { id, name } = await makePolicy(rest, { platform: "linux" });
  await expect.poll(async () => (await counted(rest, id)).slice(1, 3)).toEqual([1, 0]);
  // The control takes whole seconds, and the next answer must be to a later asking.
  await page.waitForTimeout(1_000);
  const then = new Date();
  await page.waitForTimeout(2_000);
  await meddle(simulator, linux.hostname, false);

  await page.goto(`/policies/${id}?tab=edit`);
  await page.getByLabel(/^Why/).fill("they moved");
  await rewrite(page, HOSTS_FILE.replace("6.6.6.6", "7.7.7.7"));
  const dialog = page.getByRole("dialog", { name: "What will change" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect.poll(async () => (await counted(rest, id)).slice(1, 3)).toEqual([0, 0]);

  await page.getByRole("tab", { name: "Revisions" }).click();
  const list = page.getByRole("list", { name: "Revisions" });
  await expect(list.getByRole("listitem").first()).toContainText("they moved");
  await list.getByRole("button", { name: "Changed the SQL" }).click();
  const diff = page.getByTestId("sql-diff");
  await expect(diff.locator(".editor.original")).toContainText("6.6.6.6");
  await expect(diff.locator(".editor.modified")).toContainText("7.7.7.7");
  await expect(diff.getByRole("textbox", { name: "SQL after" })).toBeAttached();
  await page.getByRole("button", { name: "Close" }).first().click();
  await list.getByRole("button", { name: "Made it" }).click();
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(dialog).toContainText("answers to the old SQL stop counting");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(3);
  expect((await rest.get(`/policies/${id}`)).policy.query).toBe(HOSTS_FILE);
  // In force anew, it asks anew; the first answers are no answers to it.
  await page.getByRole("tab", { name: "Overview" }).click();
  await expect(stateLink(page, "Pending", 0)).toBeVisible();
  await expect(stateLink(page, "Fail", 0)).toBeVisible();

  await page.getByRole("button", { name: "As of…" }).click();
  await page.getByLabel("Day and time").fill(secondsOf(then));
  await page.getByRole("button", { name: "Look back" }).click();
  await expect(page.getByText("You are looking at this policy as of")).toBeVisible();
  await expect(page.getByRole("term").filter({ hasText: "Until" })).toBeVisible();
  await expect(stateLink(page, "Pass", /\d+/)).toBeVisible();
  await stateLink(page, "Fail", 1).click();
  await page.getByRole("link", { name: linux.computerName }).click();
  await expect(page.getByText("You are looking at this host as of")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Fail");
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Pass");
});

/** As a person types it, in the browser's own time zone, which is this process's. */
function secondsOf(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

test("evidence of what was done just now is in the files, on a server younger than the period too", async ({
  page,
  rest,
  simulator,
}, testInfo) => {
  const linux = await hostOn(simulator, "linux");
  const { id, name } = await makePolicy(rest, { platform: "linux", tags: ["audited"] });
  const { host } = await rest.get(`/hosts/identifier/${linux.uuid}`);
  const expires_at = new Date(Date.now() + 86_400_000).toISOString();
  const exemption = { policy_id: id, host_id: host.id, reason: "=audited away", expires_at };
  await rest.post("/api/v1/muster/exemptions", exemption);
  await expect.poll(async () => (await counted(rest, id)).slice(2)).toEqual([0, 1]);
  await page.waitForTimeout(1_000);

  await page.goto("/evidence");
  await page.getByRole("button", { name: "Last 7 days" }).click();
  await expect(page.getByText(/^History reaches back to/)).toBeVisible();
  const download = async (title: string) => {
    const started = page.waitForEvent("download");
    await page.getByRole("link", { name: `Download: ${title}` }).click();
    const file = await started;
    const path = testInfo.outputPath(file.suggestedFilename());
    await file.saveAs(path);
    return path;
  };
  const answers = await readFile(await download("Answers as CSV"), "utf8");
  const row = answers.split("\n").find((line) => line.startsWith(`${id},${name},${host.id},`));
  expect(row).toContain(",exempt,");
  const exemptions = await readFile(await download("Exemptions as CSV"), "utf8");
  // A spreadsheet must not take it for a formula.
  expect(exemptions).toContain("'=audited away");
  expect(await readFile(await download("Revisions as CSV"), "utf8")).toContain("6.6.6.6");
  await page.goto(`file://${await download("Summary")}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText(name).first()).toBeVisible();
});
