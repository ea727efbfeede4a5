import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, type Rest, test } from "./fixtures.ts";

const dialogOf = (page: Page): Locator => page.getByRole("dialog", { name: "Import policies" });
const itemOf = (page: Page, name: string): Locator =>
  dialogOf(page).getByRole("listitem").filter({ hasText: name });

async function openImport(page: Page): Promise<void> {
  await page.goto("/policies");
  await page.getByRole("button", { name: "Import" }).click();
  await expect(dialogOf(page)).toBeVisible();
}

async function named(rest: Rest, name: string) {
  const { policies } = await rest.get("/policies");
  return policies.find((policy: { name: string }) => policy.name === name);
}

test("a pack's file is looked at first: what becomes of each query is told, and only then made", async ({
  page,
  rest,
}) => {
  const [found, broken] = [`intruders-${Date.now()}`, `broken-${Date.now()}`];
  const pack = `# of the security team
{
  "platform": "posix",
  "queries": {
    "${found}": { "query": "SELECT * FROM users WHERE username = 'mallory';", "interval": 3600 },
    "${broken}": { "query": "SELECT * FROM no_such_table" }
  }
}`;
  await openImport(page);
  const dialog = dialogOf(page);
  await expect(dialog.getByRole("button", { name: "Preview" })).toBeDisabled();
  const file = { name: "intruders.conf", mimeType: "text/plain", buffer: Buffer.from(pack) };
  await dialog.getByLabel("File").setInputFiles(file);
  await expect(dialog.getByRole("radio", { name: "osquery pack" })).toBeChecked();
  await dialog.getByRole("radio", { name: "Rows fail" }).click();
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(itemOf(page, found)).toContainText("Changed");
  await expect(itemOf(page, broken)).toContainText("Not taken");
  await expect(itemOf(page, broken)).toContainText("no such table: no_such_table");
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  expect(await named(rest, found)).toBeUndefined();

  await dialog.getByRole("button", { name: "Import 1 item" }).click();
  await expect(page.getByText("1 item imported")).toBeVisible();
  await expect(page.getByRole("link", { name: found })).toBeVisible();
  expect(await named(rest, found)).toMatchObject({
    platform: "darwin,linux",
    query: expect.stringContaining("NOT EXISTS"),
  });
  expect(await named(rest, broken)).toBeUndefined();
});

test("pasted YAML of Fleet is known for what it is, refused with its place where it is wrong, and mended without retyping", async ({
  page,
  rest,
}) => {
  const name = `Of Fleet ${Date.now()}`;
  const yaml = (query: string) => `kind: policy
spec:
  name: ${name}
  query: ${query}
  calendar_events_enabled: true
`;
  await openImport(page);
  const dialog = dialogOf(page);
  const text = dialog.getByLabel("Or its text");
  await text.fill(yaml("[SELECT 1"));
  await expect(dialog.getByRole("radio", { name: "Fleet YAML" })).toBeChecked();
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(dialog.getByRole("alert")).toContainText(/not YAML.*line/s);

  await text.fill(yaml("SELECT 1 FROM osquery_info"));
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(itemOf(page, name)).toContainText("calendar_events_enabled was left out");
  await expect(dialog.getByRole("alert")).toHaveCount(0);
  await dialog.getByRole("button", { name: "Back" }).click();
  await expect(text).toHaveValue(yaml("SELECT 1 FROM osquery_info"));
  await dialog.getByRole("button", { name: "Preview" }).click();
  await dialog.getByRole("button", { name: "Import 1 item" }).click();
  await expect(dialog).toHaveCount(0);
  expect(await named(rest, name)).toMatchObject({ query: "SELECT 1 FROM osquery_info" });

  await openImport(page);
  await text.fill(yaml("SELECT 2 FROM osquery_info"));
  await dialog.getByRole("button", { name: "Preview" }).click();
  await expect(itemOf(page, name)).toContainText("Not taken");
  await expect(dialog.getByRole("button", { name: "Import 0 items" })).toBeDisabled();
});
