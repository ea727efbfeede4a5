import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changesOf, ON_A_DATE, reminderChoice, remindersFor, valuesOf } from "./ends.ts";

const DAY_MS = 86_400_000;
const NOW = Date.parse("2027-03-01T10:20:30.456Z");
beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

const inDays = (days: number) => new Date(NOW + days * DAY_MS).toISOString();
const exemption = (endDays: number, remindDays: number | null) => ({
  reason: "Replaced next month",
  expires_at: inDays(endDays),
  remind_at: remindDays === null ? null : inDays(remindDays),
});
const labels = (ends: string) =>
  remindersFor({ ends, day: "", remind: "7" }).map(({ label }) => label);

describe("a new exemption", () => {
  test("only reminders that will come are offered", () => {
    expect(labels("30")).toEqual(["A week before", "A day before", "Never"]);
    expect(labels("7")).toEqual(["A day before", "Never"]);
    expect(labels("1")).toEqual(["Never"]);
  });

  test("a shorter end takes the longest reminder left, and a longer one again what was chosen", () => {
    const choice = (ends: string) => reminderChoice({ ends, day: "", remind: "7" });
    expect(["30", "7", "1", "90"].map(choice)).toEqual(["7", "1", "never", "7"]);
    expect(reminderChoice({ ends: ON_A_DATE, day: "2027-03-04", remind: "7" })).toBe("1");
    expect(reminderChoice({ ends: ON_A_DATE, day: "2027-05-04", remind: "7" })).toBe("7");
  });
});

describe("changing an exemption", () => {
  test.each([
    ["a week before", exemption(20, 13)],
    ["a day before", exemption(20, 19)],
    ["at a moment of somebody's own", exemption(20, 7.3)],
    ["never", exemption(20, null)],
    ["that came already", exemption(3, -4)],
  ])("only the reason was changed, and nothing else is sent: a reminder %s", (_, before) => {
    const values = valuesOf(before);
    expect(reminderChoice(values, before)).toBe(values.remind);
    expect(changesOf(before, { ...values, reason: before.reason })).toEqual({});
    expect(changesOf(before, { ...values, reason: "Lost" })).toEqual({ reason: "Lost" });
  });

  test("another end takes the reminder along, as long before it as it was", () => {
    const before = exemption(20, 18);
    const changed = changesOf(before, { ...valuesOf(before), ends: "30", reason: before.reason });
    expect(changed).toEqual({ expires_at: inDays(30), remind_at: inDays(28) });
  });

  test("another end does not make a reminder where there was none", () => {
    const before = exemption(20, null);
    const changed = changesOf(before, { ...valuesOf(before), ends: "30", reason: before.reason });
    expect(changed).toEqual({ expires_at: inDays(30) });
  });

  test("an end too near for the reminder takes one that still comes", () => {
    const before = exemption(20, 13);
    const changed = changesOf(before, { ...valuesOf(before), ends: "7", reason: before.reason });
    expect(changed).toEqual({ expires_at: inDays(7), remind_at: inDays(6) });
  });

  test("another reminder leaves the end where it is", () => {
    const before = exemption(20, 13);
    const values = { ...valuesOf(before), reason: before.reason };
    expect(changesOf(before, { ...values, remind: "1" })).toEqual({ remind_at: inDays(19) });
    expect(changesOf(before, { ...values, remind: "never" })).toEqual({ remind_at: null });
  });
});
