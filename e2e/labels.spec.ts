import { expect, test } from "./fixtures.ts";

const MACS = "SELECT 1 FROM os_version WHERE platform = 'darwin';";

test("a label is made in SQL, hosts answer it, a policy goes by it, and it cannot go before that policy does", async ({
  page,
  rest,
  simulator,
}) => {
  const hosts = await simulator.list();
  const macs = hosts.filter(({ platform }) => platform === "darwin").length;
  const label = `Macs of ${Date.now()}`;
  const policy = `Asked of ${label}`;

  await page.goto("/labels");
  await page.getByRole("link", { name: "New label" }).click();
  await page.getByLabel("Name", { exact: true }).fill(label);
  await page.getByRole("textbox", { name: /^SQL query/ }).focus();
  await page.keyboard.insertText(MACS);
  await page.getByRole("button", { name: "Create label" }).click();
  await expect(page.getByRole("heading", { name: label, level: 1 })).toBeVisible();
  await expect(page.getByText("None: all have answered")).toBeVisible();
  await expect(page.getByText("Nothing", { exact: true })).toBeVisible();
  const labelUrl = page.url();
  await page.getByRole("link", { name: `${macs} hosts` }).click();
  await expect(page.getByText(`1–${macs} of ${macs} hosts`)).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Label" })).toContainText(label);

  await page.goto("/policies/new");
  await page.getByLabel("Name", { exact: true }).fill(policy);
  await page.getByRole("textbox", { name: /^SQL query/ }).focus();
  await page.keyboard.insertText("SELECT 1 FROM osquery_info;");
  await page.getByRole("combobox", { name: "In any of" }).click();
  await page.getByRole("option", { name: label }).click();
  await expect(page.getByText(`Asked of hosts in ${label}`)).toBeVisible();
  await page.getByRole("button", { name: "Create policy" }).click();
  await expect(page.getByRole("heading", { name: policy, level: 1 })).toBeVisible();
  await expect(page.getByRole("link", { name: new RegExp(`^Pass ?${macs}$`) })).toBeVisible();
  await expect(
    page.getByRole("link", { name: new RegExp(`^Not applicable ?${hosts.length - macs}$`) }),
  ).toBeVisible();

  await page.goto(labelUrl);
  await page.getByRole("button", { name: "Delete label" }).click();
  const inUse = page.getByRole("dialog", { name: `${label} is in use` });
  await expect(inUse.getByRole("listitem")).toHaveText([policy]);
  const refused = await rest.call("DELETE", `/labels/id/${labelUrl.split("/").at(-1)}`);
  expect(refused.status).toBe(409);
  expect(JSON.stringify(refused.body)).toContain(policy);
  await inUse.getByRole("link", { name: policy }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const end = page.getByRole("alertdialog", { name: `Delete ${policy}?` });
  await end.getByLabel(`Type "${policy}" to confirm`).fill(policy);
  await end.getByRole("button", { name: "Delete policy" }).click();
  await expect(page).toHaveURL(/\/policies$/);

  await page.goto(labelUrl);
  await page.getByRole("button", { name: "Delete label" }).click();
  const confirm = page.getByRole("alertdialog", { name: `Delete ${label}?` });
  await confirm.getByRole("button", { name: "Delete label" }).click();
  await expect(page).toHaveURL(/\/labels$/);
  await expect(page.getByRole("link", { name: label })).toHaveCount(0);
});

test("a long name leaves neither the form nor its page", async ({ page, rest }) => {
  const name = `${"Laboratory machines that visitors share ".repeat(3)}${Date.now()}`;
  const query = "SELECT 1 FROM osquery_info";
  await rest.post("/labels", { name, query });
  const policy = (await rest.post("/policies", { name, query, labels_include_any: [name] })).policy;
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/policies/${policy.id}?tab=edit`);
    const labels = page.getByRole("group", { name: "Labels" });
    await expect(labels.getByRole("listitem")).toBeVisible();
    // What leaves a card is cut off, and makes the page no wider.
    const overhang = await labels.evaluate((group) => {
      const card = group.closest("section");
      return group.getBoundingClientRect().right - (card?.getBoundingClientRect().right ?? 0);
    });
    expect([width, overhang <= 0]).toEqual([width, true]);
  }
  await rest.post("/policies/delete", { ids: [policy.id] });
});
