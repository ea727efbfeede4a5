import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, type Rest, test } from "./fixtures.ts";
import { databaseOf, type World } from "./product.ts";

const HOUR_MS = 3_600_000;
/** A few days. Each point is a row of the chart's table, which axe goes through. */
const COUNTED_HOURS = 50;
const LONG = "error-without-a-blank-".repeat(12);

interface Subject {
  id: number;
  name: string;
  flapping: string;
  denylisted: string;
  /** A moment when all hosts had answered. */
  moment: string;
}

const agoMs = (ms: number) => new Date(Date.now() - ms);

/** Days of counts, costs of two revisions, a host that flaps, and one whose watchdog stopped the query. */
async function writePast(world: World, id: number, revision: number): Promise<void> {
  const db = await databaseOf(world);
  const teams = [0, world.team.id];
  const counts = Array.from({ length: COUNTED_HOURS }, (_, n) =>
    teams.map((team) => [id, agoMs((n + 1) * HOUR_MS), team, n % 3, 2, 2 + (n % 2), 0, 1, n % 4]),
  ).flat();
  await db.query("INSERT INTO policy_counts VALUES ?", [counts]);
  const costs = [1, revision].flatMap((of) =>
    [20, 30, 44].flatMap((bucket) => [
      [id, of, "wall", bucket, 400],
      [id, of, "memory", bucket + 10, 400],
    ]),
  );
  await db.query("REPLACE INTO policy_costs VALUES ?", [costs]);
  await db.query("DELETE FROM policy_transitions WHERE policy_id = ? AND host_id = 1", [id]);
  const flips = Array.from({ length: 9 }, (_, n) => {
    const states = n % 2 === 0 ? ["fail", "pass"] : ["pass", "fail"];
    return [1, id, revision, ...states, agoMs((9 - n) * 600_000)];
  });
  await db.query(
    "INSERT INTO policy_transitions (host_id, policy_id, revision, from_state, to_state, at) VALUES ?",
    [flips],
  );
  const inError = "UPDATE policy_membership SET error = ? WHERE policy_id = ? AND state = 'error'";
  await db.query(`${inError} ORDER BY host_id LIMIT 1`, ["distributed query is denylisted", id]);
  await db.query(`${inError} ORDER BY host_id DESC LIMIT 1`, [LONG, id]);
  await db.end();
}

/** Of a table of Windows alone, so that other hosts answer with an error; asked once a week. */
async function makeSubject(rest: Rest, world: World): Promise<Subject> {
  const name = `Nobody but administrators writes to the registry, on whatever edition ${Date.now()}`;
  const query = "SELECT 1 FROM registry WHERE key = 'HKEY_LOCAL_MACHINE\\SOFTWARE'";
  const { policy } = await rest.post("/policies", { name, query, interval: 604_800 });
  const path = `/policies/${policy.id}`;
  const pending = async () => (await rest.get(path)).policy.pending_host_count;
  await rest.patch(path, { query: `${query} AND 1 = 1`, reason: "stricter" });
  await expect.poll(pending).toBe(0);
  const { policy: edited } = await rest.get(path);
  await writePast(world, policy.id, edited.revision);
  const errors = await rest.get(`/api/v1/muster/policies/${policy.id}/errors`);
  const { host } = await rest.get("/hosts/1");
  return {
    id: policy.id,
    name,
    flapping: host.display_name,
    denylisted: errors.denylisted[0].display_name,
    moment: new Date().toISOString(),
  };
}

let made: Promise<Subject> | undefined;
const subjectOf = (rest: Rest, world: World): Promise<Subject> => {
  made ??= makeSubject(rest, world);
  return made;
};

/** Clean in both themes, and no wider than a phone. */
async function expectSound(page: Page): Promise<void> {
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id, nodes }) => `${colorScheme} ${id}: ${nodes[0]?.html}`)).toEqual(
      [],
    );
  }
  await page.setViewportSize({ width: 390, height: 844 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  // What scrolls sideways only here must be reachable.
  const { violations } = await new AxeBuilder({ page })
    .withRules("scrollable-region-focusable")
    .analyze();
  expect(violations.map(({ nodes }) => nodes[0]?.html)).toEqual([]);
}

test("a policy's history shows its states over time, its edits and the hosts that flap", async ({
  page,
  rest,
  world,
}) => {
  const { id, flapping } = await subjectOf(rest, world);
  await page.goto(`/policies/${id}?tab=history`);
  await expect(page.getByRole("figure", { name: /^Hosts by state; failing from 4/ })).toBeVisible();
  await expect(page.getByText("Other SQL came into force")).toBeVisible();
  // The line of an edit of just now is at the chart's end, and what it says is not cut off there.
  const chart = await page.locator("svg.recharts-surface").first().boundingBox();
  const mark = await page.locator("svg text", { hasText: "Revision 2" }).boundingBox();
  const endOf = (box: typeof chart) => (box ? box.x + box.width : Number.NaN);
  expect(endOf(mark)).toBeLessThanOrEqual(endOf(chart));
  await expect(page.getByRole("heading", { name: "Flapping hosts (1)" })).toBeVisible();
  await expect(page.getByRole("link", { name: flapping })).toBeVisible();
  await expect(page.getByText("9 changes")).toBeVisible();
  await expectSound(page);
});

test("a policy's errors are told by message, with the hosts where it is denylisted and what a run costs", async ({
  page,
  rest,
  world,
}) => {
  const { id, denylisted } = await subjectOf(rest, world);
  await page.goto(`/policies/${id}?tab=runs`);
  await expect(page.getByText("no such table: registry").first()).toBeVisible();
  await expect(page.getByText(LONG)).toBeVisible();
  await expect(page.getByText("for example")).toHaveCount(0);
  const stopped = page.getByRole("region", { name: "Denylisted" });
  await expect(stopped).toContainText("Denylisted on 1 host");
  await expect(stopped.getByRole("link", { name: denylisted })).toBeVisible();
  const costs = page.getByRole("region", { name: "Cost by revision" });
  await expect(costs.getByRole("row", { name: /^2 [\d,]+ \d+ ms/ })).toBeVisible();
  await expectSound(page);
});

test("lists of the past show how hosts and policies stood", async ({ page, rest, world }) => {
  const { id, name, flapping, moment } = await subjectOf(rest, world);
  await page.goto(`/hosts?as_of=${moment}&policy_id=${id}&policy_state=pass`);
  await expect(page.getByText("You are looking at the hosts as of")).toBeVisible();
  await expect(page.getByRole("row", { name: flapping })).toContainText("Pass");
  await expectSound(page);
  await page.setViewportSize({ width: 1280, height: 720 });
  await page.goto(`/policies?as_of=${moment}`);
  const row = page.getByRole("row", { name });
  await expect(row.getByRole("link", { name: /^\d+ hosts?: error/ })).toBeVisible();
  await expectSound(page);
});

test("a team's page shows its people, and tabs for the rest", async ({
  page,
  world,
  createUser,
}) => {
  await createUser({ teams: [{ id: world.team.id, role: "observer" }] });
  await page.goto(`/teams/${world.team.id}`);
  const people = page.getByRole("list", { name: "People of the team" });
  await expect(people.getByRole("listitem").first()).toContainText("Ben Beobachter");
  await expectSound(page);
});

test("the parts of a policy and of a team are reached by keyboard alone", async ({
  page,
  rest,
  world,
}) => {
  const { id } = await subjectOf(rest, world);
  const tab = (name: string | RegExp) => page.getByRole("tab", { name });
  await page.goto(`/policies/${id}?tab=history`);
  await tab("History").focus();
  await page.keyboard.press("ArrowRight");
  await expect(tab("Errors and cost")).toBeFocused();
  await expect(page).toHaveURL(/tab=runs/);
  await page.keyboard.press("End");
  await expect(tab(/^Revisions/)).toBeFocused();
  await expect(tab(/^Revisions/)).toBeInViewport();
  await page.keyboard.press("Home");
  await expect(tab("Overview")).toHaveAttribute("aria-selected", "true");
  // One stop for all tabs, and the next is what the tab shows.
  await tab("Errors and cost").click();
  await expect(page.getByText("no such table: registry").first()).toBeVisible();
  await tab("Errors and cost").focus();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("tabpanel")).toBeFocused();

  await page.goto(`/teams/${world.team.id}`);
  await tab(/^People/).focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tabpanel", { name: "Enroll secrets" })).toBeVisible();
});
