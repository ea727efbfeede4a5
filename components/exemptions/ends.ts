import { endOfDay, parseISO } from "date-fns";
import { EXEMPTION_DAYS_MAX, type ExemptionJson } from "#lib/exemptions/schema.ts";
import { plural } from "#lib/format.ts";

const DAY_MS = 86_400_000;
export const ON_A_DATE = "date";
const NEVER = "never";

export interface EndValues {
  /** Days from now, or ON_A_DATE. */
  ends: string;
  day: string;
  /** Days before the end, or NEVER. */
  remind: string;
}

/** How long people let off, in days. */
export const ENDS = [
  { value: "1", label: "In 1 day" },
  { value: "7", label: "In 1 week" },
  { value: "30", label: "In 30 days" },
  { value: "90", label: "In 90 days" },
  { value: ON_A_DATE, label: "On a date…" },
];

const REMINDERS = [
  { value: "7", label: "A week before" },
  { value: "1", label: "A day before" },
];

/** What a date field takes and gives: a day in the reader's time zone. */
export const dayOf = (ms: number): string => {
  const at = new Date(ms);
  const local = new Date(ms - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 10);
};

export const firstDay = (): string => dayOf(Date.now());
export const lastDay = (): string => dayOf(Date.now() + (EXEMPTION_DAYS_MAX - 1) * DAY_MS);

type Before = Pick<ExemptionJson, "reason" | "expires_at" | "remind_at">;

/**
 * The end that was chosen: so many days from now, or the end of a day; of an exemption that ends on
 * that day already, its own moment. null: no day is given.
 */
export function endOf({ ends, day }: EndValues, before?: Before): Date | null {
  if (ends !== ON_A_DATE) return new Date(Date.now() + Number(ends) * DAY_MS);
  const now = before && new Date(before.expires_at);
  if (now && day === dayOf(now.getTime())) return now;
  const at = parseISO(day);
  return Number.isNaN(at.getTime()) ? null : endOfDay(at);
}

/** What the form begins with: what the exemption has. */
export function valuesOf(before: Before): EndValues {
  const endMs = Date.parse(before.expires_at);
  const remind = before.remind_at ? String((endMs - Date.parse(before.remind_at)) / DAY_MS) : NEVER;
  return { ends: ON_A_DATE, day: dayOf(endMs), remind };
}

/** "2.5 days before", for what nobody chose from this list. */
const leadText = (days: number) =>
  days < 1
    ? `${plural(Math.max(1, Math.round(days * 24)), "hour")} before`
    : `${plural(Math.round(days * 10) / 10, "day")} before`;

/**
 * Reminders that come while it still lasts: shorter before the end than the end is away. What an
 * exemption has is among them as long as its end stays, though it may have come already.
 */
export function remindersFor(values: EndValues, before?: Before) {
  const end = endOf(values, before);
  const days = end ? (end.getTime() - Date.now()) / DAY_MS : 0;
  const own = before && valuesOf(before);
  const hasEnd = own !== undefined && end?.toISOString() === before?.expires_at;
  const all = [...REMINDERS];
  if (own && own.remind !== NEVER && all.every(({ value }) => value !== own.remind)) {
    all.push({ value: own.remind, label: leadText(Number(own.remind)) });
  }
  const given = all
    .filter(({ value }) => Number(value) < days || (hasEnd && value === own?.remind))
    .toSorted((a, b) => Number(b.value) - Number(a.value));
  return [...given, { value: NEVER, label: "Never" }];
}

/** The reminder that was chosen, or where that cannot be, the longest before the end that can. */
export function reminderChoice(values: EndValues, before?: Before): string {
  const choices = remindersFor(values, before).map(({ value }) => value);
  return choices.includes(values.remind) ? values.remind : (choices[0] ?? NEVER);
}

/** When to remind; null: never. */
export function reminderOf(choice: string, end: Date): Date | null {
  return choice === NEVER ? null : new Date(end.getTime() - Number(choice) * DAY_MS);
}

/**
 * What a PATCH says: only what was changed, so that another's end and reminder stay to the second. A reminder
 * is so long before the end, and moves with it. undefined: there is no end.
 */
export function changesOf(before: Before, values: EndValues & { reason: string }) {
  const end = endOf(values, before);
  if (!end) return undefined;
  const own = valuesOf(before);
  const choice = reminderChoice(values, before);
  const endMoved = end.toISOString() !== new Date(before.expires_at).toISOString();
  const reminderMoved = endMoved ? choice !== NEVER || own.remind !== NEVER : choice !== own.remind;
  return {
    ...(values.reason.trim() === before.reason ? {} : { reason: values.reason }),
    ...(endMoved ? { expires_at: end.toISOString() } : {}),
    ...(reminderMoved ? { remind_at: reminderOf(choice, end)?.toISOString() ?? null } : {}),
  };
}
