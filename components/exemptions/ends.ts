import { endOfDay, parseISO } from "date-fns";
import { EXEMPTION_DAYS_MAX } from "#lib/exemptions/schema.ts";

const DAY_MS = 86_400_000;
export const ON_A_DATE = "date";

/** How long people let off, in days. */
export const ENDS = [
  { value: "1", label: "In 1 day" },
  { value: "7", label: "In 1 week" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: ON_A_DATE, label: "On a date…" },
];

export const REMINDERS = [
  { value: "7", label: "A week before" },
  { value: "1", label: "A day before" },
  { value: "never", label: "Never" },
];

/** What a date field takes and gives: a day in the reader's time zone. */
export const dayOf = (ms: number): string => {
  const at = new Date(ms);
  const local = new Date(ms - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 10);
};

export const firstDay = (): string => dayOf(Date.now());
export const lastDay = (): string => dayOf(Date.now() + (EXEMPTION_DAYS_MAX - 1) * DAY_MS);

/** The end that was chosen: so many days from now, or the end of a day. null: no day is given. */
export function endOf(choice: string, day: string): Date | null {
  if (choice !== ON_A_DATE) return new Date(Date.now() + Number(choice) * DAY_MS);
  const at = parseISO(day);
  return Number.isNaN(at.getTime()) ? null : endOfDay(at);
}

/** When to remind of an end; null: never, which is also so when that moment is past. */
export function reminderOf(choice: string, end: Date): Date | null {
  if (choice === "never") return null;
  const at = new Date(end.getTime() - Number(choice) * DAY_MS);
  return at.getTime() > Date.now() ? at : null;
}
