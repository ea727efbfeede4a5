import { expect, type Rest, test } from "./fixtures.ts";

const QUERY = "SELECT 1 FROM osquery_info;";

async function makePolicy(rest: Rest, more: object = {}) {
  const name = `Revised ${Date.now()} ${Math.random().toString(36).slice(2, 6)}`;
  const { policy } = await rest.post("/policies", { name, query: QUERY, ...more });
  return policy as { id: number; name: string };
}

test("a policy is edited, compared with what it was, and restored", async ({ page, rest }) => {
  const { id } = await makePolicy(rest);
  await rest.patch(`/policies/${id}`, {
    query: "SELECT 1 FROM osquery_info WHERE version > '5';",
    reason: "old agents lie",
  });
  await page.goto(`/policies/${id}?tab=revisions`);
  const list = page.getByRole("list", { name: "Revisions" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await expect(list.getByRole("listitem").first()).toContainText("old agents lie");
  await list.getByRole("button", { name: "Changed the SQL" }).click();
  await expect(page).toHaveURL(/revision=2/);
  const diff = page.getByTestId("sql-diff");
  await expect(diff.locator(".editor.original")).toContainText("osquery_info;");
  await expect(diff.locator(".editor.modified")).toContainText("WHERE version");
  await page.getByRole("button", { name: "Close" }).first().click();
  // Nothing would be lost before.
  const pending = async () => (await rest.get(`/policies/${id}`)).policy.pending_host_count;
  await expect.poll(pending).toBe(0);
  await list.getByRole("button", { name: "Made it" }).click();
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  await page.getByLabel(/^Why/).fill("it was right");
  await page.getByRole("button", { name: "Restore", exact: true }).click();
  const impact = page.getByRole("dialog", { name: "What will change" });
  await impact.getByRole("button", { name: "Save" }).click();
  await expect(list.getByRole("listitem")).toHaveCount(3);
  await expect(list.getByRole("listitem").first()).toContainText("it was right");
  expect((await rest.get(`/policies/${id}`)).policy.query).toBe(QUERY);
});

test("restoring writes nothing over an edit that came in while the dialog was open", async ({
  page,
  rest,
}) => {
  const { id } = await makePolicy(rest);
  await rest.patch(`/policies/${id}`, { query: `${QUERY} -- 2` });
  await page.goto(`/policies/${id}?tab=revisions`);
  const list = page.getByRole("list", { name: "Revisions" });
  await list.getByRole("button", { name: "Made it" }).click();
  await expect(page.getByRole("button", { name: "Restore revision 1" })).toBeVisible();
  const theirs = `${QUERY} -- of somebody else`;
  await rest.patch(`/policies/${id}`, { query: theirs });
  // The page behind the dialog has learned of it.
  await expect(page.locator("ol[aria-label=Revisions] li")).toHaveCount(3);
  await page.getByRole("button", { name: "Restore revision 1" }).click();
  const confirm = page.getByRole("dialog", { name: "Restore revision 1?" });
  await confirm.getByRole("button", { name: "Restore", exact: true }).click();
  const impact = page.getByRole("dialog", { name: "What will change" });
  const refused = confirm.getByText("revision 3 is in force");
  await expect(impact.or(refused)).toBeVisible();
  if (await impact.isVisible()) await impact.getByRole("button", { name: "Save" }).click();
  await expect(refused).toBeVisible();
  expect((await rest.get(`/policies/${id}`)).policy.query).toBe(theirs);
});

test("a paused policy says so where it is seen, and what that means", async ({ page, rest }) => {
  const { id, name } = await makePolicy(rest);
  await page.goto(`/policies/${id}`);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  await page.getByRole("button", { name: "Pause policy" }).click();
  await expect(page.getByText("Paused: no host is asked")).toBeVisible();
  await expect(page.getByRole("button", { name: "Run now" })).toHaveCount(0);
  await page.goto(`/policies?query=${encodeURIComponent(name)}`);
  await expect(page.getByRole("row").filter({ hasText: name })).toContainText("Paused");
});

test("all policies of a list are tagged at once, and found and rolled up by the tag", async ({
  page,
  rest,
}) => {
  const word = `bulk${Date.now()}`;
  const specs = [1, 2, 3].map((n) => ({ name: `${word} ${n}`, query: QUERY }));
  await rest.post("/spec/policies", { specs });
  await page.goto(`/policies?query=${word}&per_page=2`);
  await page.getByRole("checkbox", { name: /all/i }).check();
  await page.getByRole("button", { name: "Select all 3" }).click();
  await page.getByRole("button", { name: "Tag", exact: true }).click();
  await page.getByLabel(/^Tags/).fill(`CIS-${word}:1.1`);
  await page.getByLabel(/^Tags/).press("Enter");
  await page.getByRole("button", { name: "Add tags" }).click();
  // The bar that the dialog came from is gone, and the focus is not sent to the top.
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(page.locator("main:focus, main :focus")).toHaveCount(1);
  await expect(page.getByText("3 policies tagged")).toBeVisible();
  await page.getByRole("radio", { name: "By tag" }).click();
  const framework = page.getByRole("region", { name: `cis-${word}` });
  await expect(framework).toContainText("1 control, 3 policies");
  await framework.getByRole("link", { name: "Show policies" }).click();
  await expect(page.getByRole("row").filter({ hasText: word })).toHaveCount(3);
});

test("in GitOps mode pages say where policies, exemptions and settings are edited, and the mode can be left", async ({
  page,
  rest,
}) => {
  const { id } = await makePolicy(rest);
  // For this page alone: the setting holds for the whole server, where other tests run meanwhile.
  await page.route("**/api/v1/fleet/config", async (route) => {
    const response = await route.fetch();
    const gitops = { gitops_mode_enabled: true, repository_url: "https://git.example/fleet" };
    await route.fulfill({ response, json: { ...(await response.json()), gitops } });
  });
  await page.goto(`/policies/${id}`);
  await expect(page.getByRole("link", { name: /git\.example\/fleet/ })).toBeVisible();
  await expect(page.getByRole("tab", { name: "Edit" })).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Delete" })).toHaveCount(0);
  await page.goto("/exemptions");
  await expect(page.getByRole("link", { name: /git\.example\/fleet/ })).toBeVisible();
  await page.goto("/settings");
  await expect(page.getByRole("link", { name: /git\.example\/fleet/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Save" })).toHaveCount(1);
  const mode = page.getByRole("region", { name: "GitOps mode" });
  await expect(mode.getByRole("button", { name: "Save" })).toHaveCount(1);
  await expect(page.getByLabel("Days that history is kept")).toHaveAttribute("readonly", "");
});
