import { expect, test } from "./fixtures.ts";

test("a setting is refused at its field, undone, and saved alone", async ({ page }) => {
  await page.goto("/settings");
  const form = page.locator("form").filter({ hasText: "Days that history is kept" });
  const days = form.getByLabel("Days that history is kept");
  const save = form.getByRole("button", { name: "Save" });
  await expect(save).toBeDisabled();
  const before = await days.inputValue();

  await days.fill("5");
  await save.click();
  await expect(days).toHaveAttribute("aria-invalid", "true");
  await form.getByRole("button", { name: "Undo changes" }).click();
  await expect(days).toHaveValue(before);
  await expect(days).not.toHaveAttribute("aria-invalid", "true");
  await expect(save).toBeDisabled();

  await days.fill("777");
  const [request] = await Promise.all([
    page.waitForRequest((one) => one.method() === "PATCH"),
    save.click(),
  ]);
  expect(request.postDataJSON()).toEqual({ history_days: 777 });
  await expect(page.getByText("Settings saved.")).toBeVisible();
  await expect(save).toBeDisabled();
  await page.reload();
  await expect(days).toHaveValue("777");
});
