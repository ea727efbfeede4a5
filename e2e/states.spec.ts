import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const PAGES = [
  "/dashboard",
  "/hosts",
  "/hosts/1",
  "/policies",
  "/policies?view=tags",
  "/labels",
  "/labels/1",
  "/exemptions",
  "/teams",
  "/users",
  "/settings",
  "/activity",
];

/** Without what menus break by being menus: they float over the page's landmarks, and arrow keys scroll them. */
const NOT_OF_MENUS = ["region", "scrollable-region-focusable"];

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).disableRules(NOT_OF_MENUS).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

test("a page whose data cannot be loaded says so, offers another try, and keeps its heading", async ({
  page,
}) => {
  await page.route("**/api/v1/**", (route) =>
    route.request().url().endsWith("/fleet/me")
      ? route.continue()
      : route.fulfill({ status: 500, json: { message: "It broke" } }),
  );
  for (const path of PAGES) {
    await page.goto(path);
    await expect(page.getByText(/could not be loaded/).first(), path).toBeVisible();
    await expect(page.getByRole("button", { name: "Try again" }).first(), path).toBeVisible();
    await expect(page.getByRole("heading", { level: 1 }), path).toBeVisible();
    await expect(page.locator("[aria-busy=true]"), path).toHaveCount(0);
  }
  await page.goto("/queries/run");
  await expect(page.getByText("Counting hosts…")).toHaveCount(0);
});

test("what is not there is not offered for another try", async ({ page }) => {
  for (const path of ["/hosts/999999", "/policies/999999", "/labels/999999", "/teams/999999"]) {
    await page.goto(path);
    await expect(page.getByText(/could not be loaded/), path).toBeVisible();
    await expect(page.getByRole("button", { name: "Try again" }), path).toHaveCount(0);
  }
});

test("a policy's sheet on a host's page gives the focus back to the row it was opened from", async ({
  page,
  rest,
}) => {
  const name = `Looked at closely ${Date.now()}`;
  const { policy } = await rest.post("/policies", { name, query: "SELECT 1 FROM osquery_info" });
  await page.goto("/hosts/1");
  const row = page.getByRole("button", { name });
  await row.press("Enter");
  await expect(page.getByRole("dialog", { name })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(row).toBeFocused();
  await rest.post("/policies/delete", { ids: [policy.id] });
});

test("menus and pickers are accessible while they are open, and close by Escape to where they were opened", async ({
  page,
}) => {
  await page.goto("/hosts");
  await expect(page.getByRole("link", { name: "Add hosts" }).first()).toBeVisible();
  const openers = [
    page.getByRole("button", { name: "Columns" }),
    page.getByRole("combobox", { name: "Label" }),
    page.getByRole("combobox", { name: "Team in view" }),
  ];
  const opened = page.getByRole("menu").or(page.getByRole("dialog"));
  for (const opener of openers) {
    await opener.click();
    await expect(opened).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await expect(opened).toHaveCount(0);
    await expect(opener).toBeFocused();
  }
});
