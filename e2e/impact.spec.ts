import { expect, type Rest, test } from "./fixtures.ts";

const QUERY = "SELECT 1 FROM osquery_info;";
const unique = (what: string) => `${what} ${Date.now()} ${Math.random().toString(36).slice(2, 6)}`;

async function makePolicy(rest: Rest, more: object = {}) {
  const body = { name: unique("Weighed"), query: QUERY, ...more };
  return (await rest.post("/policies", body)).policy as { id: number; name: string };
}

test("a new policy tells how many hosts it would ask, as its targets are chosen", async ({
  page,
  simulator,
}) => {
  const hosts = await simulator.list();
  const { length: windows } = hosts.filter(({ platform }) => platform === "windows");
  await page.goto("/policies/new");
  await expect(page.getByText(`${hosts.length} hosts would be asked`)).toBeVisible();
  await page.getByRole("checkbox", { name: "Windows" }).check();
  await expect(page.getByText(`${windows} hosts would be asked`)).toBeVisible();
});

test("a pause and the end of a policy are told in numbers before they are confirmed", async ({
  page,
  rest,
  simulator,
}) => {
  const { length: hosts } = await simulator.list();
  const { id, name } = await makePolicy(rest);
  const passing = async () => (await rest.get(`/policies/${id}`)).policy.passing_host_count;
  await expect.poll(passing).toBe(hosts);
  await page.goto(`/policies/${id}`);
  await page.getByRole("button", { name: "Pause", exact: true }).click();
  const pause = page.getByRole("dialog", { name: `Pause ${name}?` });
  await expect(pause.getByRole("listitem")).toHaveText([
    `${hosts} hosts would not be asked meanwhile.`,
    "No verdict changes at the moment of saving.",
  ]);
  await pause.getByRole("button", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  const end = page.getByRole("alertdialog", { name: `Delete ${name}?` });
  await expect(end).toContainText(`${hosts} answers would go.`);
  const confirm = end.getByRole("button", { name: "Delete policy" });
  await expect(confirm).toBeDisabled();
  await end.getByLabel(`Type "${name}" to confirm`).fill(name);
  await confirm.click();
  await expect(page).toHaveURL(/\/policies$/);
});

test("whoever edits what somebody else has edited meanwhile is told who and what, and saves over it only on purpose", async ({
  page,
  rest,
}) => {
  const { id } = await makePolicy(rest, { description: "First" });
  await page.goto(`/policies/${id}?tab=edit`);
  const description = page.getByLabel(/^Description/);
  await description.fill("Mine");
  await expect(page.getByText("Edited since you opened it")).toHaveCount(0);
  await rest.patch(`/policies/${id}`, { description: "Theirs", resolution: "Ask Theo" });
  const notice = page.getByRole("status").filter({ hasText: "Edited since you opened it" });
  await expect(notice).toContainText(/Ada Admin edited it .+Changed the description/);
  await page.getByRole("button", { name: "Save", exact: true }).click();
  const question = page.getByRole("alertdialog", { name: "Save over somebody’s edit?" });
  await expect(question).toContainText("Ada Admin edited it");
  await question.getByRole("button", { name: "Cancel" }).click();
  expect((await rest.get(`/policies/${id}`)).policy.description).toBe("Theirs");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await question.getByRole("button", { name: "Save all the same" }).click();
  await expect(page.getByText("Saved", { exact: true })).toBeVisible();
  await expect(notice).toHaveCount(0);
  const { policy } = await rest.get(`/policies/${id}`);
  expect([policy.description, policy.resolution]).toEqual(["Mine", "Ask Theo"]);
  await rest.post("/policies/delete", { ids: [id] });
});

test("a label that policies go by is saved after saying whom each would ask", async ({
  page,
  rest,
  simulator,
}) => {
  const [first, second] = (await simulator.list()).map(({ uuid }) => uuid);
  const hosts = [first, second];
  const { label } = await rest.post("/labels", { name: unique("Listed"), hosts });
  const { id, name } = await makePolicy(rest, { labels_include_any: [label.name] });
  await page.goto(`/labels/${label.id}`);
  const listed = page.getByRole("list", { name: "Hosts of the label" });
  await listed.getByRole("button").first().click();
  await page.getByRole("button", { name: "Save label" }).click();
  const dialog = page.getByRole("alertdialog", { name: "What will change" });
  await expect(dialog).toContainText(`${name}: 2 → 1 host, 1 goes out.`);
  await dialog.getByRole("button", { name: "Cancel" }).click();
  expect((await rest.get(`/labels/${label.id}`)).label.host_ids).toHaveLength(2);
  await page.getByRole("button", { name: "Save label" }).click();
  await dialog.getByRole("button", { name: "Save label" }).click();
  await expect(page.getByText("Label saved.")).toBeVisible();
  expect((await rest.get(`/labels/${label.id}`)).label.host_ids).toHaveLength(1);
  await rest.post("/policies/delete", { ids: [id] });
});
