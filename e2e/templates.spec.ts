import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "./fixtures.ts";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} mode`, () => {
    test.use({ colorScheme });

    test("the library is accessible", async ({ page }) => {
      await page.goto("/policies/new");
      await page.getByRole("button", { name: "Start from a template" }).click();
      await expect(page.getByRole("option").first()).toBeVisible();
      const { violations } = await new AxeBuilder({ page })
        .include("[role=dialog]")
        .withTags(STANDARDS)
        .analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    });
  });
}

test("a policy is made of a template by keyboard alone, after its form was looked through", async ({
  page,
  rest,
}) => {
  await page.goto("/policies/new");
  await page.getByRole("button", { name: "Start from a template" }).press("Enter");
  await expect(page.getByPlaceholder(/^Search names/)).toBeFocused();
  await page.keyboard.type("bitlocker");
  await page.keyboard.press("ArrowDown");
  const library = page.getByRole("dialog");
  await expect(library.getByRole("article")).toContainText("BitLocker protects every drive");
  await expect(library.getByRole("article")).toContainText("CIS 3.9");
  await page.keyboard.press("Enter");
  await expect(library.getByRole("button", { name: "Use template" })).toBeFocused();
  await page.keyboard.press("Enter");

  await expect(library).toHaveCount(0);
  await expect(page.getByLabel("Name")).toHaveValue("BitLocker protects every drive (Windows)");
  await expect(page.getByRole("checkbox", { name: "Windows" })).toBeChecked();
  await expect(page.getByRole("checkbox", { name: "macOS" })).not.toBeChecked();
  const name = `BitLocker ${Date.now()}`;
  await page.getByLabel("Name").fill(name);
  await page.getByRole("button", { name: "Create policy" }).press("Enter");
  await expect(page).toHaveURL(/\/policies\/\d+/);
  const { policy } = await rest.get(`/policies/${page.url().match(/(\d+)$/)?.[1]}`);
  const tags = ["disk", "cis-v8:3.6", "cis-v8:3.9", "iso-27001:A.7.10"];
  expect(policy).toMatchObject({ name, platform: "windows", critical: false, tags });
  expect(policy.query).toContain("bitlocker_info");
  expect(policy.resolution).toContain("Manage BitLocker");
});

test("a link leads to the form with a template in it, which another takes the place of", async ({
  page,
}) => {
  await page.goto("/policies/new?template=macos-filevault-on");
  await expect(page.getByLabel("Name")).toHaveValue("FileVault is on (macOS)");
  await expect(page.getByRole("checkbox", { name: "Critical" })).toBeChecked();
  await page.getByRole("button", { name: "Start from a template" }).click();
  await page.getByRole("combobox", { name: "System" }).click();
  await page.getByRole("option", { name: "Linux", exact: true }).click();
  await page.getByRole("combobox", { name: "Topic or framework" }).click();
  await page.getByRole("option", { name: "Disk" }).click();
  await expect(page.getByRole("status").filter({ hasText: "1 template" })).toBeVisible();
  await page.getByRole("option", { name: /Root disk is encrypted/ }).click();
  await page.getByRole("button", { name: "Use template" }).click();
  await expect(page.getByLabel("Name")).toHaveValue("Root disk is encrypted (Linux)");
  await expect(page).toHaveURL(/template=linux-root-disk-encrypted/);
  await page.getByRole("button", { name: "Discard" }).click();
  await expect(page.getByLabel("Name")).toHaveValue("");
});

test.describe("at 390 px", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("the list and the template come one after the other", async ({ page }) => {
    await page.goto("/policies/new");
    await page.getByRole("button", { name: "Start from a template" }).click();
    await page.getByRole("option", { name: /Gatekeeper is on/ }).click();
    await expect(page.getByRole("listbox", { name: "Templates" })).toBeHidden();
    await page.getByRole("button", { name: "All templates" }).click();
    await expect(page.getByRole("button", { name: "Use template" })).toBeHidden();
    await page.getByRole("option", { name: /Gatekeeper is on/ }).click();
    await page.getByRole("button", { name: "Use template" }).click();
    await expect(page.getByLabel("Name")).toHaveValue("Gatekeeper is on (macOS)");
  });
});
