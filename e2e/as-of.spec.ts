import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { localText } from "#components/history/presets.ts";
import { expect, type Rest, test } from "./fixtures.ts";

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

/** Fails on every host of the team, which has answered it; what it is tagged with is of now alone. */
async function failingPolicy(rest: Rest, teamId: number, tag: string) {
  const name = `Failed then ${Date.now()}`;
  const { host_count: hosts } = (await rest.get(`/teams/${teamId}`)).team;
  const tags = [tag, `${tag}-v1:2.3`];
  const body = { name, query: "SELECT 1 WHERE 0;", critical: true, tags };
  const { policy } = await rest.post(`/teams/${teamId}/policies`, body);
  const path = `/teams/${teamId}/policies/${policy.id}`;
  await expect.poll(async () => (await rest.get(path)).policy.failing_host_count).toBe(hosts);
  const remove = () => rest.post(`/teams/${teamId}/policies/delete`, { ids: [policy.id] });
  return { name, path, hosts, remove };
}

/** Counting is over, nobody is shut out, and nothing is wider than a telephone. */
async function isFit(page: Page): Promise<void> {
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
  await page.setViewportSize({ width: 390, height: 844 });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  await page.setViewportSize({ width: 1280, height: 720 });
}

async function lookBackTo(page: Page, at: Date): Promise<void> {
  await page.getByRole("button", { name: "As of…" }).click();
  await page.getByLabel("Day and time").fill(localText(at));
  await page.getByRole("button", { name: "Look back" }).click();
  await page.waitForURL((url) => url.searchParams.has("as_of"));
}

test("the dashboard goes to a past moment, and its numbers lead to the lists of that moment", async ({
  page,
  rest,
  world,
}) => {
  const { name, path, hosts, remove } = await failingPolicy(rest, world.team.id, "dash-then");
  // One chooses a moment by the second, and that second must begin after the answers.
  await page.waitForTimeout(1_500);
  const then = new Date();
  await page.waitForTimeout(1_500);
  await rest.patch(path, { query: "SELECT 1;", reason: "it says something else since" });
  await page.goto(`/dashboard?team_id=${world.team.id}`);
  await expect(page.getByRole("link", { name: "Add hosts" })).toBeVisible();
  await lookBackTo(page, then);
  await expect(page.getByText("You are looking at the fleet as of")).toBeVisible();
  await expect(page.getByRole("link", { name: /failing answers/ })).toBeVisible();
  await isFit(page);
  await expect(page.getByRole("link", { name: "Add hosts" })).toHaveCount(0);
  await expect(page.getByText("Latest activity", { exact: true })).toHaveCount(0);

  const fleet = page.getByRole("region", { name: "Fleet then" });
  const worst = page.getByRole("region", { name: "Policies that most hosts failed" });
  const row = worst.getByRole("listitem").filter({ hasText: name });
  for (const link of [
    fleet.getByRole("link", { name: new RegExp(`^Hosts ?${hosts}`) }),
    row.getByRole("link", { name: `${hosts} hosts failed` }),
  ]) {
    await link.click();
    await expect(page.getByText("You are looking at the hosts as of")).toBeVisible();
    await expect(page.getByText(`1–${hosts} of ${hosts} hosts`)).toBeVisible();
    await page.goBack();
  }
  const blocked = fleet.getByRole("link", { name: /may not$/ });
  const count = Number(((await blocked.textContent()) ?? "").split(" ")[0]);
  await blocked.click();
  await expect(page.getByRole("combobox", { name: "Verdict then" })).toBeVisible();
  await expect(page.getByText(`of ${count} hosts`)).toBeVisible();
  await page.goBack();
  await row.getByRole("link", { name }).click();
  await expect(page.getByText("You are looking at this policy as of")).toBeVisible();
  await expect(page.getByRole("link", { name: new RegExp(`^Fail ?${hosts}$`) })).toBeVisible();
  await page.goBack();
  await page.getByRole("button", { name: "Back to now" }).click();
  await expect(page.getByRole("region", { name: "Fleet now" })).toBeVisible();
  await remove();
});

test("the roll-up by tag goes to a past moment, with the tags and answers of then", async ({
  page,
  rest,
  world,
}) => {
  const tag = `rolled-then-${Date.now()}`;
  const { name, path, remove } = await failingPolicy(rest, world.team.id, tag);
  await page.waitForTimeout(1_500);
  const then = new Date();
  await page.waitForTimeout(1_500);
  await rest.patch(path, { tags: [], query: "SELECT 1;", reason: "it is no control any more" });
  await page.goto(`/policies?view=tags&team_id=${world.team.id}`);
  await expect(page.getByRole("button", { name: "As of…" })).toBeVisible();
  await expect(page.getByRole("link", { name: tag })).toHaveCount(0);
  await lookBackTo(page, then);
  const framework = page.getByRole("region", { name: `${tag}-v1` });
  await expect(framework.getByText("1 control, 1 policy")).toBeVisible();
  await expect(framework.getByText("0%").first()).toBeVisible();
  await isFit(page);
  await framework.getByRole("link", { name: "Show policies" }).click();
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  await expect(page.getByText("1 policy", { exact: true })).toBeVisible();
  // The list's own filter offers the tags of then.
  await page.getByRole("combobox", { name: "Tag" }).click();
  await page.getByRole("option", { name: new RegExp(`^${tag} ?1?$`) }).click();
  await expect(page).toHaveURL(new RegExp(`tag=${tag}`));
  await expect(page.getByRole("link", { name, exact: true })).toBeVisible();
  await page.getByRole("radio", { name: "By tag" }).click();
  await expect(page.getByRole("link", { name: tag, exact: true })).toBeVisible();
  await remove();
});

test("sums of the past are not shown until all is counted, and counting goes on where it failed", async ({
  page,
  rest,
}) => {
  for (let n = 0; n < 4; n++) {
    await rest.post("/policies", { name: `Counted ${n} ${Date.now()}`, query: "SELECT 1;" });
  }
  const asOf = new Date().toISOString();
  const second = /\/as-of\/policies\?.*&page=1&/;
  await page.route(second, (route) => route.fulfill({ status: 500, json: { message: "No" } }));
  await page.goto(`/dashboard?as_of=${asOf}`);
  await expect(page.getByText("Not all policies could be counted")).toBeVisible();
  await expect(page.getByText("could not be counted", { exact: true })).toBeVisible();
  await page.unroute(second);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: /failing answers/ })).toBeVisible();
  await expect(page.getByText("Not all policies could be counted")).toHaveCount(0);
});

test("nothing is made up of a moment before history", async ({ page }) => {
  for (const [path, what] of [
    ["/dashboard?", "the fleet"],
    ["/policies?view=tags&", "the policies"],
  ]) {
    await page.goto(`${path}as_of=2020-01-01T00:00:00Z`);
    await expect(page.getByText(`Nothing is known of ${what} at that moment`)).toBeVisible();
    await expect(page.getByRole("button", { name: "Back to now" })).toBeVisible();
  }
});

test("opened by keyboard it keeps the focus, also once it is known which moments are too old", async ({
  page,
}) => {
  await page.goto("/policies");
  await page.getByRole("button", { name: "As of…" }).press("Enter");
  const popover = page.getByRole("dialog", { name: "See this page as it was" });
  await expect(popover).toContainText("History reaches back to");
  await expect(popover.locator(":focus")).toHaveCount(1);
});
