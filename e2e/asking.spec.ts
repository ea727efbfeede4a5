import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { expect, type Rest, test } from "./fixtures.ts";

/** It passes unless somebody meddles. */
const HOSTS_FILE = "SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM etc_hosts WHERE address = '6.6.6.6');";

const nameOf = (what: string) => `${what} ${Date.now()}`;

async function makePolicy(rest: Rest, more: object = {}): Promise<{ id: number; name: string }> {
  const body = { name: nameOf("Asked"), query: HOSTS_FILE, platform: "linux", ...more };
  return (await rest.post("/policies", body)).policy;
}

/** Puts SQL into the editor of the page. */
async function write(page: Page, sql: string): Promise<void> {
  await page.getByRole("textbox", { name: /^SQL query/ }).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(sql);
}

test("a host is asked one policy now from its page, and chosen hosts from a policy's list", async ({
  page,
  rest,
  simulator,
}) => {
  const linux = (await simulator.list()).find((host) => host.platform === "linux");
  if (!linux) throw new Error("no host on Linux");
  const { id, name } = await makePolicy(rest);
  const standing = async () => {
    const { host } = await rest.get(`/hosts/identifier/${linux.uuid}`);
    return host.policies.find((policy: { id: number }) => policy.id === id)?.state;
  };
  await expect.poll(standing).toBe("pass");
  const { host } = await rest.get(`/hosts/identifier/${linux.uuid}`);

  await simulator.set(linux.hostname, "etc_hosts.address=6.6.6.6");
  await page.goto(`/hosts/${host.id}`);
  await page.getByRole("button", { name }).click();
  await page.getByRole("button", { name: "Ask this host now" }).click();
  await expect(page.getByText("1 host will answer at the next check-in.")).toBeVisible();
  await expect.poll(standing).toBe("fail");

  await simulator.set(linux.hostname, "etc_hosts.address=127.0.0.1");
  await page.goto(`/hosts?policy_id=${id}&policy_state=fail`);
  await page.getByRole("checkbox", { name: linux.computerName }).check();
  await page.getByRole("button", { name: "Ask now" }).click();
  await expect.poll(standing).toBe("pass");
  await expect(page.getByRole("link", { name: linux.computerName })).toHaveCount(0);
  await rest.post("/policies/delete", { ids: [id] });
});

test("a live query is followed to its answers, which are a CSV too; one that waits is stopped", async ({
  page,
  simulator,
}, testInfo) => {
  const hosts = await simulator.list();
  await page.goto("/queries/run");
  await write(page, "SELECT name AS system, version FROM os_version;");
  await page.getByRole("button", { name: "Run", exact: true }).click();
  await expect(page.getByText("Every host has answered.")).toBeVisible();
  const started = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const path = testInfo.outputPath("run.csv");
  await (await started).saveAs(path);
  const [head = "", ...lines] = (await readFile(path, "utf8")).trim().split("\n");
  expect(head).toMatch(/^.?host_id,.*,system,version\r?$/);
  expect(lines.length).toBeGreaterThan(2);

  const silent = hosts.find((host) => host.platform === "windows");
  if (!silent) throw new Error("no host on Windows");
  await simulator.offline(silent.hostname);
  await page.getByRole("radio", { name: "Hosts", exact: true }).click();
  await page.getByRole("combobox", { name: "Add a host" }).click();
  await page.keyboard.type(silent.computerName);
  await page.getByRole("option", { name: new RegExp(silent.computerName) }).click();
  await page.getByRole("button", { name: "Run again" }).click();
  await page.getByRole("button", { name: "Stop" }).click();
  await expect(page.getByText(/^Stopped\./)).toBeVisible();
  await simulator.online(silent.hostname);
});

test("chosen policies are paused, moved and deleted together", async ({ page, rest, world }) => {
  const common = nameOf("Bulk");
  const names = [`${common} one`, `${common} two`];
  const made = [];
  for (const name of names) made.push(await makePolicy(rest, { name }));
  const ids = made.map(({ id }) => id);
  const states = async () =>
    Promise.all(ids.map(async (id) => (await rest.get(`/policies/${id}`)).policy));
  await page.goto(`/policies?query=${encodeURIComponent(common)}`);
  const choose = async () => {
    for (const name of names) await page.getByRole("checkbox", { name }).check();
  };
  await choose();
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page
    .getByRole("dialog")
    .getByRole("button", { name: /^Pause/ })
    .click();
  await expect
    .poll(async () => (await states()).map((one) => one.paused_at !== null))
    .toEqual([true, true]);

  await choose();
  await page.getByRole("button", { name: "Move", exact: true }).click();
  const move = page.getByRole("dialog");
  await move.getByRole("combobox").click();
  await page.getByRole("option", { name: world.team.name }).click();
  await move.getByRole("button", { name: /^Move/ }).click();
  const teamOf = async (id: number) =>
    (await rest.get(`/teams/${world.team.id}/policies/${id}`)).policy.team_id;
  await expect.poll(() => Promise.all(ids.map(teamOf))).toEqual([world.team.id, world.team.id]);

  await page.goto(`/policies?team_id=${world.team.id}&query=${encodeURIComponent(common)}`);
  await choose();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const deletion = page.getByRole("alertdialog", { name: "Delete 2 policies?" });
  await deletion.getByRole("button", { name: "Delete policies" }).click();
  const found = async (id: number) => (await rest.call("GET", `/policies/${id}`)).status;
  await expect.poll(() => Promise.all(ids.map(found))).toEqual([404, 404]);
  await expect(page.getByText("No policy matches")).toBeVisible();
});
