import { localText } from "#components/history/presets.ts";
import { expect, test } from "./fixtures.ts";

const THEN = "**/api/v1/muster/as-of/policies/*";

test("while a page of the past goes to another moment, it does not pass for that moment", async ({
  page,
  rest,
}) => {
  const { policy } = await rest.post("/policies", {
    name: `Of the past ${Date.now()}`,
    query: "SELECT 1 FROM osquery_info;",
  });
  const first = new Date().toISOString();
  await page.goto(`/policies/${policy.id}?as_of=${first}`);
  const body = page.locator("[aria-busy]", { has: page.getByText("The edit in force") });
  await expect(body).toHaveAttribute("aria-busy", "false");

  let answer = () => {};
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  await page.route(THEN, async (route) => {
    await answered;
    await route.fallback();
  });
  // One chooses a moment by the second, and that second must begin after the policy was made.
  await page.waitForTimeout(1_500);
  await page.getByRole("button", { name: "As of…" }).click();
  await page.getByLabel("Day and time").fill(localText(new Date()));
  await page.getByRole("button", { name: "Look back" }).click();
  await page.waitForURL((url) => url.searchParams.get("as_of") !== first);
  await expect(body).toHaveAttribute("aria-busy", "true");
  answer();
  await expect(body).toHaveAttribute("aria-busy", "false");
});

test("a page of the past tells what is not known from what could not be loaded", async ({
  page,
}) => {
  const asOf = new Date().toISOString();
  await page.goto(`/policies/4000000?as_of=${asOf}`);
  await expect(page.getByText("Nothing is known of this policy at that moment")).toBeVisible();
  for (const status of [403, 500]) {
    await page.route(THEN, (route) => route.fulfill({ status, json: { message: "No" } }));
    await page.reload();
    await expect(page.getByText("This policy could not be loaded")).toBeVisible();
    await page.unroute(THEN);
  }
});

test("filters stay on the way to the past and back, and those that do not reach back say so", async ({
  page,
}) => {
  const asOf = new Date().toISOString();
  await page.goto(`/hosts?platform=linux&status=online&as_of=${asOf}`);
  await expect(page.getByText("This filter does not reach back")).toBeVisible();
  await expect(page.getByText("when hosts were in contact is not kept")).toBeVisible();
  await expect(page.getByRole("combobox", { name: "Platform" })).toContainText("Linux");
  await expect(page.getByRole("region", { name: "Hosts then" })).toBeVisible();
  await page.getByRole("button", { name: "Back to now" }).click();
  await page.waitForURL((url) => !url.searchParams.has("as_of"));
  await expect(page).toHaveURL(/platform=linux/);
  await expect(page).toHaveURL(/status=online/);
  await page.goto(`/hosts?status=offline&as_of=${asOf}`);
  await page.getByRole("button", { name: "Remove it" }).click();
  await expect(page.getByText("This filter does not reach back")).toHaveCount(0);
  await expect(page).not.toHaveURL(/status=/);
});
