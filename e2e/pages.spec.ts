import AxeBuilder from "@axe-core/playwright";
import { expect, type Rest, test } from "./fixtures.ts";

const PAGES = [
  "/dashboard",
  "/hosts",
  "/hosts/1",
  "/hosts/add",
  "/policies",
  "/policies?view=tags",
  "/policies/new",
  "/labels",
  "/labels/new",
  "/exemptions",
  "/evidence",
  "/queries/run",
  "/teams",
  "/users",
  "/settings",
  "/activity",
  "/account",
];
/** Of a policy and a label that have something to show. */
const PARTS = [
  "/dashboard?as_of={moment}",
  "/policies/{policy}",
  "/policies/{policy}?tab=edit",
  "/policies/{policy}?tab=history",
  "/policies/{policy}?tab=runs",
  "/policies/{policy}?tab=exemptions",
  "/policies/{policy}?tab=revisions",
  "/policies/{policy}?as_of={moment}",
  "/hosts/1?as_of={moment}",
  "/hosts?as_of={moment}&status=online&policy_id={policy}",
  "/labels/{label}",
  "/labels?as_of={moment}",
  "/labels/{label}?as_of={moment}",
  "/exemptions?as_of={moment}",
  "/policies?as_of={moment}&framework=cis-v8",
  "/policies?as_of={moment}&view=tags",
];
const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

interface Ids {
  policy: number;
  label: number;
  /** A moment when both were there. */
  moment: string;
}

/** Asked of a label's hosts, edited, and one host is let off. */
async function makeSubjects(rest: Rest): Promise<Ids> {
  const name = `Looked at ${Date.now()}`;
  const query = "SELECT 1 FROM osquery_info";
  const { label } = await rest.post("/labels", { name, query });
  const { policy } = await rest.post("/policies", { name, query, labels_include_any: [name] });
  await rest.patch(`/policies/${policy.id}`, {
    query: `${query} WHERE pid > 0`,
    reason: "stricter",
  });
  const expires_at = new Date(Date.now() + 86_400_000).toISOString();
  const exemption = { policy_id: policy.id, host_id: 1, reason: "a lab machine", expires_at };
  await rest.post("/api/v1/muster/exemptions", exemption);
  return { policy: policy.id, label: label.id, moment: new Date().toISOString() };
}

let subjects: Promise<Ids> | undefined;

/** The page of a path, with ids of what every page of this process shares. */
async function filled(path: string, rest: Rest): Promise<string> {
  if (!path.includes("{")) return path;
  subjects ??= makeSubjects(rest);
  const ids = await subjects;
  return path.replace(/\{(\w+)\}/g, (_, name: keyof Ids) => String(ids[name]));
}

test("a list that cannot be loaded says so, and counts nothing for ever", async ({ page }) => {
  for (const path of ["/policies", "/hosts"]) {
    await page.route("**/api/v1/**", (route) =>
      /policies|hosts/.test(route.request().url())
        ? route.fulfill({ status: 400, json: { message: "Out of order" } })
        : route.fallback(),
    );
    await page.goto(`${path}?query=x`);
    await expect(page.getByText("could not be loaded")).toBeVisible();
    await expect(page.getByText("Counting…")).toHaveCount(0);
  }
});

test("a name, a description and a tag of one long word widen neither their page nor the lists", async ({
  page,
  rest,
}) => {
  const name = `${"unbreakable_".repeat(12)}${Date.now()}`;
  const query = "SELECT 1 FROM osquery_info";
  const tags = ["a-tag-that-is-wider-than-a-column"];
  const { policy } = await rest.post("/policies", { name, description: name, query, tags });
  const lists = ["/policies?query=unbreakable", "/hosts/1", `/policies?as_of={now}`];
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    await page.goto(`/policies/${policy.id}`);
    await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    for (const path of lists) {
      await page.goto(path.replace("{now}", new Date().toISOString()));
      const row = page.getByRole("row").filter({ hasText: name });
      const table = page.getByRole("table").filter({ has: row });
      await expect(row).toBeVisible();
      const hidden = await table.evaluate((one) => {
        const frame = one.closest(".overflow-x-auto") ?? one;
        return frame.scrollWidth - frame.clientWidth;
      });
      expect([path, width, hidden]).toEqual([path, width, 0]);
    }
  }
  await rest.post("/policies/delete", { ids: [policy.id] });
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} mode`, () => {
    test.use({ colorScheme });

    for (const path of [...PAGES, ...PARTS]) {
      test(`${path} is accessible and breaks neither the content policy nor anything else`, async ({
        page,
        rest,
      }) => {
        const problems: string[] = [];
        page.on("console", (message) => {
          if (message.type() === "error") problems.push(message.text());
        });
        page.on("pageerror", (error) => problems.push(error.message));
        await page.goto(await filled(path, rest));
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
        expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
        expect(problems).toEqual([]);
      });
    }
  });
}

test.describe("at 390 px", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("the tab that a link leads to is in view", async ({ page, rest }) => {
    await page.goto(await filled("/policies/{policy}?tab=revisions", rest));
    // All but the pixel by which it lies over the line below.
    await expect(page.getByRole("tab", { name: /^Revisions/ })).toBeInViewport({ ratio: 0.9 });
  });

  const lists = { "no page is": PAGES, "no part of a policy or a label is": PARTS };
  for (const [which, paths] of Object.entries(lists)) {
    test(`${which} wider than the screen`, async ({ page, rest }) => {
      for (const path of paths) {
        await page.goto(await filled(path, rest));
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        const width = await page.evaluate(() => document.documentElement.scrollWidth);
        expect([path, width]).toEqual([path, 390]);
      }
    });
  }
});
