import AxeBuilder from "@axe-core/playwright";
import type { Locator, Page } from "@playwright/test";
import { expect, test } from "./fixtures.ts";

const STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

const editorOf = (page: Page): Locator => page.getByRole("textbox", { name: /^SQL query/ });
const problem = (page: Page, text: string | RegExp): Locator =>
  page.getByRole("list", { name: "Problems" }).getByRole("listitem").filter({ hasText: text });

/** Monaco draws blanks as no-break spaces. */
async function sqlOf(page: Page): Promise<string> {
  const lines = await page.locator(".view-line").allTextContents();
  return lines.join("\n").replaceAll("\u00a0", " ");
}

async function newPolicy(page: Page, sql = ""): Promise<void> {
  await page.goto("/policies/new");
  await editorOf(page).focus();
  if (sql) await page.keyboard.insertText(sql);
}

test("tables, columns of tables in scope and functions complete by context", async ({ page }) => {
  await newPolicy(page);
  const offered = page.locator(".suggest-widget .monaco-list-row");
  await page.keyboard.type("SELECT 1 FROM disk_enc", { delay: 20 });
  await expect(offered.first()).toContainText("disk_encryption");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" d WHERE d.filev", { delay: 20 });
  await expect(offered.first()).toContainText("filevault_status");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" = 'on' AND regex_ma", { delay: 20 });
  await expect(offered.first()).toContainText("regex_match");
  await page.keyboard.press("Enter");
  await page.keyboard.type("subst", { delay: 20 });
  await expect(offered.first()).toContainText(/^substr.*SQLite/);
  const unwrapped = (await sqlOf(page)).replaceAll("\n", "");
  expect(unwrapped).toContain("FROM disk_encryption d WHERE d.filevault_status = 'on'");
  // A subquery's, by what it is called.
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("SELECT 1 FROM (SELECT uid AS whose FROM users) s WHERE ");
  await page.keyboard.type("s.who", { delay: 20 });
  await expect(offered.first()).toContainText("whose");
});

test("an error stands at its line and column, is said aloud, and is gone when mended", async ({
  page,
}) => {
  await newPolicy(page, "SELECT 1\nFROM disk_encryption\nWHERE encripted = 1");
  const error = problem(page, "no such column: encripted");
  await expect(error.getByRole("button")).toHaveAccessibleName(
    /Error: no such column: encripted\s*, line 3\s*, column 7/,
  );
  await expect(page.getByText(/^1 error\. line 3, column 7/)).toHaveAttribute("role", "status");
  await expect(page.locator(".squiggly-error")).toBeVisible();
  // It leads there: what is typed next lands before the name.
  await error.getByRole("button").press("Enter");
  await expect(editorOf(page)).toBeFocused();
  for (let letter = 0; letter < "encripted".length; letter++) await page.keyboard.press("Delete");
  await page.keyboard.insertText("encrypted");
  await expect(error).toHaveCount(0);
  await expect(page.getByText("Runs on macOS and Linux")).toBeVisible();
});

test("what a table must be given and what can never fail are warnings", async ({ page }) => {
  await newPolicy(page, "SELECT count(*) FROM file");
  await expect(problem(page, "file has no rows unless path or directory is given")).toBeVisible();
  await expect(problem(page, "As a policy this can never fail")).toBeVisible();
});

test("targets follow the query until somebody chooses, and are questioned, not overruled", async ({
  page,
}) => {
  await newPolicy(page, "SELECT 1 FROM alf WHERE global_state >= 1");
  const target = (name: string) => page.getByRole("checkbox", { name });
  await expect(target("macOS")).toBeChecked();
  await expect(target("Windows")).not.toBeChecked();
  await target("Windows").check();
  await expect(page.getByText("exist on macOS only")).toBeVisible();
  await editorOf(page).focus();
  await page.keyboard.press("Control+End");
  await page.keyboard.insertText(" AND version != ''");
  await expect(page.getByText("Runs on macOS")).toBeVisible();
  await expect(target("Windows")).toBeChecked();
  await page.getByRole("button", { name: "Use macOS" }).click();
  await expect(target("Windows")).not.toBeChecked();
  await expect(page.getByText("exist on macOS only")).toHaveCount(0);
});

test("hovering tells what a table has, and Format lays the query out", async ({ page }) => {
  await newPolicy(page, "select 1 from file where path = '/etc/hosts' and size > 0");
  await page.getByRole("button", { name: "Format" }).click();
  await expect.poll(() => sqlOf(page)).toMatch(/^SELECT\n\s+1\nFROM\n\s+file\nWHERE/);
  await page.locator(".view-line", { hasText: "file" }).getByText("file").hover();
  const hover = page.locator(".monaco-hover:visible");
  await expect(hover).toContainText("Files and folders");
  await expect(hover).toContainText("file · macOS, Linux, Windows");
  await expect(hover).toContainText("path text · required in WHERE");
  await expect(hover).toContainText("attributes text · Windows only");
  await page.keyboard.press("Control+z");
  await expect.poll(() => sqlOf(page)).toMatch(/^select 1 from file/);
});

test("Ctrl+Enter runs the query on hosts", async ({ page }) => {
  await newPolicy(page, "SELECT 1 FROM osquery_info");
  await page.keyboard.press("Control+Enter");
  await expect(page.getByText("Every host has answered.")).toBeVisible();
  // And types no line of its own.
  expect(await sqlOf(page)).toBe("SELECT 1 FROM osquery_info");
});

test("the schema panel is searched, opens at the cursor, and writes into the editor", async ({
  page,
}) => {
  await newPolicy(page, "SELECT 1 FROM disk_encryption WHERE ");
  const schema = page.getByRole("region", { name: "Schema" });
  await expect(schema.getByRole("button", { name: "Insert disk_encryption" })).toHaveCount(0);
  for (let words = 0; words < 2; words++) await page.keyboard.press("Control+ArrowLeft");
  await expect(schema.getByRole("button", { name: "Insert disk_encryption" })).toBeVisible();
  await page.keyboard.press("Control+End");
  await schema.getByRole("option", { name: /^encrypted/ }).click();
  await expect(editorOf(page)).toBeFocused();
  expect(await sqlOf(page)).toMatch(/WHERE encrypted$/);
  await schema.getByRole("button", { name: "All tables" }).click();
  await schema.getByRole("combobox").fill("bitlocker");
  await schema.getByRole("combobox").press("Enter");
  await expect(schema.getByText("BitLocker per volume")).toBeVisible();
});

test("a query with an error is saved only by somebody who was asked", async ({ page }) => {
  const name = `Asked ${Date.now()}`;
  await newPolicy(page, "SELECT 1 FROM table_of_some_extension");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.keyboard.press("Control+s");
  const dialog = page.getByRole("alertdialog");
  await expect(dialog).toContainText("no such table: table_of_some_extension");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(page).toHaveURL(/\/policies\/new/);
  await page.getByRole("button", { name: "Create policy" }).click();
  await dialog.getByRole("button", { name: "Save all the same" }).click();
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
});

test("a query that no host could run is not saved, nor offered to be", async ({ page }) => {
  await newPolicy(page, "SELECT 1 FROM users WHERE");
  await page.getByLabel("Name", { exact: true }).fill(`Refused ${Date.now()}`);
  await page.keyboard.press("Control+s");
  await expect(page.getByText(/^Not saved: no host could run this query/)).toBeVisible();
  await editorOf(page).focus();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText("SELECT 1; SELECT 2");
  await page.keyboard.press("Control+s");
  await expect(page.getByText("policy query: Only one statement is allowed")).toBeVisible();
  await expect(page.getByRole("alertdialog")).toHaveCount(0);
  await expect(page).toHaveURL(/\/policies\/new/);
});

test("an error of the query is said by the editor, which gets the focus, as from its label", async ({
  page,
}) => {
  await page.goto("/policies/new");
  const editor = editorOf(page);
  await expect(editor).toBeVisible();
  await page.getByText("Query", { exact: true }).click();
  await expect(editor).toBeFocused();
  await page.getByLabel("Name", { exact: true }).fill(`Empty ${Date.now()}`);
  await page.getByRole("button", { name: "Create policy" }).click();
  await expect(editor).toBeFocused();
  await expect(editor).toHaveAttribute("aria-invalid", "true");
  await expect(editor).toHaveAccessibleDescription("policy query cannot be empty");
  await page.keyboard.insertText("SELECT 1");
  await expect(editor).not.toHaveAttribute("aria-invalid");
  await expect(editor).toHaveAccessibleDescription("");
});

test("Ctrl+S still saves after the editor was searched", async ({ page }) => {
  const name = `Searched ${Date.now()}`;
  await newPolicy(page, "SELECT 1 FROM osquery_info");
  await page.keyboard.press("Control+f");
  await expect(page.locator(".find-widget.visible")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByLabel("Name", { exact: true }).fill(name);
  await page.keyboard.press("Control+s");
  await expect(page.getByRole("heading", { name, level: 1 })).toBeVisible();
});

test("the keyboard alone gets in, through and out", async ({ page }) => {
  await page.goto("/policies/new");
  await expect(editorOf(page)).toBeVisible();
  const keys = page.getByRole("button", { name: "Keys of the editor" });
  await keys.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Keys of the editor" })).toContainText("Ctrl+M");
  await page.keyboard.press("Escape");
  await expect(keys).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(editorOf(page)).toBeFocused();
  await page.keyboard.type("SELECT nope FROM users ");
  await page.keyboard.press("Escape");
  await expect(problem(page, "no such column: nope")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  await expect(problem(page, "no such column: nope").getByRole("button")).toBeFocused();
  await page.keyboard.press("Enter");
  // Ctrl+M turns Tab over as well.
  await page.keyboard.press("Control+m");
  await page.keyboard.press("Tab");
  await expect(problem(page, "no such column: nope").getByRole("button")).toBeFocused();
});

test("Escape closes what Monaco has open, and only the next one lets Tab leave", async ({
  page,
}) => {
  await newPolicy(page, "SELECT nope\nFROM users ");
  await expect(problem(page, "no such column: nope")).toBeVisible();
  await page.keyboard.press("F8");
  const panel = page.locator(".marker-widget");
  await expect(panel).toContainText("no such column: nope");
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await page
    .locator(".view-line")
    .last()
    .click({ modifiers: ["Alt"] });
  const cursors = page.locator(".cursors-layer .cursor");
  await expect(cursors).toHaveCount(2);
  await page.keyboard.press("Escape");
  await expect(cursors).toHaveCount(1);
  await page.keyboard.press("Tab");
  await expect(editorOf(page)).toBeFocused();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Tab");
  // It keeps the focus when it is told of its new place, to which the first Tab moved it.
  await expect(problem(page, "no such column: nope")).toContainText("column 9");
  await expect(problem(page, "no such column: nope").getByRole("button")).toBeFocused();
});

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} mode`, () => {
    test.use({ colorScheme });

    test("problems, platforms and schema are accessible, within the content policy", async ({
      page,
    }) => {
      const complaints: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error") complaints.push(message.text());
      });
      // The worker answers, and the server is not asked in its place.
      page.on("request", (request) => {
        if (request.url().endsWith("/sql/check")) complaints.push(request.url());
      });
      await newPolicy(page, "SELECT 1 FROM disk_encryption WHERE filevault_status = 'on'");
      await problem(page, "always empty on Linux").getByRole("button").click();
      await expect(page.getByRole("option", { name: /^filevault_status/ })).toBeVisible();
      const { violations } = await new AxeBuilder({ page }).withTags(STANDARDS).analyze();
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
      expect(complaints).toEqual([]);
    });
  });
}

test.describe("at 390 px", () => {
  test.use({ viewport: { width: 390, height: 844 } });

  test("the schema is a sheet, and nothing is wider than the screen", async ({ page }) => {
    await newPolicy(page, "SELECT 1 FROM ");
    await page.getByRole("button", { name: "Tables" }).click();
    const sheet = page.getByRole("dialog", { name: "Tables" });
    await sheet.getByRole("combobox").fill("screenlock");
    await sheet.getByRole("option", { name: /^screenlock/ }).click();
    await sheet.getByRole("button", { name: "Insert screenlock" }).click();
    await expect(sheet).toHaveCount(0);
    await expect.poll(() => sqlOf(page)).toBe("SELECT 1 FROM screenlock");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  });
});

test("what goes away when it is pressed by keyboard leaves the focus beside it", async ({
  page,
}) => {
  await newPolicy(page, "SELECT 1 FROM osquery_info");
  const focused = page.locator(":focus");
  const tags = page.getByLabel(/^Tags/);
  await tags.focus();
  for (const tag of ["one", "two"]) {
    await page.keyboard.type(tag);
    await page.keyboard.press("Enter");
  }
  await page.getByRole("button", { name: "Remove tag one" }).press("Enter");
  await expect(focused).toHaveAccessibleName("Remove tag two");
  await page.keyboard.press("Enter");
  await expect(tags).toBeFocused();
  await page.getByRole("button", { name: "More rules" }).press("Enter");
  await expect(page.getByRole("group", { name: "Labels" }).locator(":focus")).toHaveCount(1);
  // By pointer it would open the keyboard of a telephone.
  await tags.fill("one");
  await tags.press("Enter");
  await page.getByRole("button", { name: "Remove tag one" }).click();
  await expect(page.getByRole("button", { name: "Remove tag one" })).toHaveCount(0);
  await expect(tags).not.toBeFocused();
});
