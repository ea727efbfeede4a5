import { readFile } from "node:fs/promises";
import type { RowDataPacket } from "mysql2/promise";
import { expect, test as onSharedWorld, type Rest } from "./fixtures.ts";
import { databaseOf, startWorld, type World } from "./product.ts";

/** What hosts are doing now, and what no clock of the past has set. */
const OF_NOW = ["sessions", "leases", "host_agents", "host_seen"];
const DAYS = 8;

/** A product of its own, whose past can be moved without anybody else looking. */
const test = onSharedWorld.extend<{ world: World }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads fixture names from the pattern.
  world: async ({}, use) => {
    const { stop, ...world } = await startWorld();
    await use(world);
    await stop();
  },
});

/** Everything that was written down until now happened a week and a day ago. */
async function waitForDays(world: World): Promise<void> {
  const connection = await databaseOf(world);
  const [columns] = await connection.query<RowDataPacket[]>(
    `SELECT table_name AS t, column_name AS c FROM information_schema.columns
     WHERE table_schema = 'muster' AND data_type IN ('datetime', 'timestamp')
     AND table_name NOT IN (?) AND table_name NOT LIKE '\\_%'`,
    [OF_NOW],
  );
  for (const { t, c } of columns) {
    // What has not come yet is no past: exemptions end when they end, and verdicts hold until further notice.
    await connection.query("UPDATE ?? SET ?? = ?? - INTERVAL ? DAY WHERE ?? <= UTC_TIMESTAMP(3)", [
      t,
      c,
      c,
      DAYS,
      c,
    ]);
  }
  const began = JSON.stringify(new Date(Date.now() - (DAYS + 1) * 86_400_000).toISOString());
  await connection.query("UPDATE settings SET value = ? WHERE name LIKE '%istoryBegan'", [began]);
  await connection.end();
}

async function counted(rest: Rest, id: number): Promise<number[]> {
  const { policy } = await rest.get(`/policies/${id}`);
  return [policy.passing_host_count, policy.failing_host_count, policy.exempt_host_count];
}

test("from an idea to a truth that an auditor can look up a week later", async ({
  page,
  rest,
  world,
  simulator,
}, testInfo) => {
  test.setTimeout(300_000);
  const editor = page.getByRole("textbox", { name: /^SQL query/ });
  const stateLink = (state: string, count: number) =>
    page.getByRole("link", { name: new RegExp(`^${state} ?${count}$`) });
  const hosts = await simulator.list();
  const [broken, other] = hosts.filter(({ platform }) => platform === "linux");
  if (!broken || !other) throw new Error("two hosts on Linux are wanted");
  for (const { hostname, platform } of hosts) {
    if (platform !== "windows") await simulator.set(hostname, "disk_encryption.encrypted=1");
  }
  await simulator.set(broken.hostname, "disk_encryption.encrypted=0");
  const encrypted = hosts.filter(({ platform }) => platform !== "windows").length;
  const name = "Disks are encrypted";

  // Written with completion; wrong, and told where.
  await page.goto("/policies/new");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await editor.focus();
  await page.keyboard.type("SELECT 1 FROM disk_enc", { delay: 20 });
  await expect(page.locator(".suggest-widget .monaco-list-row").first()).toContainText(
    "disk_encryption",
  );
  await page.keyboard.press("Enter");
  await page.keyboard.insertText(" WHERE encripted = 1");
  const error = page.getByRole("button", { name: /Error: no such column: encripted/ });
  await expect(error).toHaveAccessibleName(/line 1\s*, column 37$/);
  await error.press("Enter");
  for (const _letter of "encripted") await page.keyboard.press("Delete");
  await page.keyboard.insertText("encrypted");
  await expect(error).toHaveCount(0);

  // Questioned for a platform that lacks its table, and run on the two that have it.
  await page.getByRole("checkbox", { name: "Windows" }).check();
  await expect(page.getByText("Hosts with Windows would answer with an error")).toBeVisible();
  await page.getByRole("button", { name: "Use macOS and Linux" }).click();
  await page.getByRole("combobox", { name: "Size of the sample" }).click();
  await page.getByRole("option", { name: "10 per platform" }).click();
  await page.getByRole("button", { name: "Run", exact: true }).click();
  const answers = page.getByRole("region", { name: "Answers" });
  const answerOf = answers.getByRole("row").filter({ hasText: broken.computerName });
  await expect(answerOf).toContainText("Fail");
  await expect(page.getByText("Every host has answered.")).toBeVisible();
  await page.getByRole("tab", { name: "By platform" }).click();
  await expect(page.getByRole("row", { name: /^macOS \d+ [1-9]/ })).toBeVisible();
  await expect(page.getByRole("row", { name: /^Linux \d+ \d+ 1/ })).toBeVisible();

  // Saved by somebody who was told what it changes.
  await page.getByRole("checkbox", { name: "Critical" }).check();
  await page.getByRole("button", { name: "Create policy" }).click();
  const dialog = page.getByRole("dialog", { name: "What will change" });
  const told = dialog.getByRole("list", { name: "What will change" });
  await expect(told).toContainText(`${encrypted} hosts`);
  await expect(told).toContainText("1 host expected to begin failing");
  const typed = dialog.getByLabel(`Type "${name}" to confirm`);
  if (await typed.isVisible()) await typed.fill(name);
  await dialog.getByRole("button", { name: /^(Save|Create policy)$/ }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
  const id = Number(page.url().match(/\/policies\/(\d+)/)?.[1]);

  // Counts move by themselves.
  await expect(stateLink("Pass", encrypted - 1)).toBeVisible();
  await expect(stateLink("Fail", 1)).toBeVisible();
  await simulator.set(other.hostname, "disk_encryption.encrypted=0");
  await page.getByRole("button", { name: "Run now" }).click();
  await expect(stateLink("Fail", 2)).toBeVisible();

  // One host is let off.
  await stateLink("Fail", 2).click();
  await page.getByRole("link", { name: other.computerName }).click();
  await page.getByRole("button", { name }).click();
  await page.getByRole("button", { name: "Exempt this host…" }).click();
  const exempting = page.getByRole("dialog", { name: `Exempt ${other.computerName}` });
  await exempting.getByLabel("Reason").fill("its disk is in the vault");
  await exempting.getByRole("button", { name: "Exempt", exact: true }).click();
  await expect.poll(() => counted(rest, id)).toEqual([encrypted - 2, 1, 1]);

  // A week and a day later it is edited, compared and restored.
  await waitForDays(world);
  await page.goto(`/policies/${id}?tab=edit`);
  await page.getByLabel(/^Why/).fill("only what is written to");
  await editor.focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("SELECT 1 FROM disk_encryption WHERE encrypted = 1 AND 1 = 1");
  await expect(page.getByText(/^Runs on/)).toBeVisible();
  await page.keyboard.press("Control+s");
  await expect(told).toContainText("answers to the old SQL stop counting");
  if (await typed.isVisible()) await typed.fill(name);
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("tab", { name: "Revisions" }).click();
  const revisions = page.getByRole("list", { name: "Revisions" });
  await expect(revisions.getByRole("listitem").first()).toContainText("only what is written to");
  await revisions.getByRole("button", { name: "Changed the SQL" }).click();
  await expect(page.getByTestId("sql-diff").locator(".editor.modified")).toContainText("1 = 1");
  await page.getByRole("button", { name: "Close" }).first().click();
  await revisions.getByRole("button", { name: "Made it" }).click();
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  await expect(told).toContainText("answers to the old SQL stop counting");
  if (await typed.isVisible()) await typed.fill(name);
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(revisions.getByRole("listitem")).toHaveCount(3);

  // Last week is as it was.
  await page.getByRole("tab", { name: "Overview" }).click();
  await page.getByRole("button", { name: "As of…" }).click();
  await page.getByRole("button", { name: "A week ago" }).click();
  await expect(page.getByText("You are looking at this policy as of")).toBeVisible();
  await expect(stateLink("Pass", encrypted - 2)).toBeVisible();
  await expect(stateLink("Exempt", 1)).toBeVisible();
  await stateLink("Fail", 1).click();
  await expect(page.getByRole("link", { name: broken.computerName })).toBeVisible();

  // And so it stands in the auditor's file.
  await page.goto("/evidence");
  await page.getByRole("button", { name: "Last 7 days" }).click();
  const started = page.waitForEvent("download");
  await page.getByRole("link", { name: "Download: Answers as CSV" }).click();
  const path = testInfo.outputPath("answers.csv");
  await (await started).saveAs(path);
  const rows = (await readFile(path, "utf8")).split("\n").filter((row) => row.startsWith(`${id},`));
  expect(rows.length).toBe(encrypted);
  expect(rows.filter((row) => row.includes(",exempt,")).length).toBe(1);
});
