import { localText } from "#components/history/presets.ts";

/** As inputs of type datetime-local take them. */
export interface Period {
  from: string;
  to: string;
}

export const PERIODS = [
  { value: "last-7-days", label: "Last 7 days" },
  { value: "this-month", label: "This month" },
  { value: "last-month", label: "Last month" },
  { value: "last-quarter", label: "Last quarter" },
] as const;
export type PeriodName = (typeof PERIODS)[number]["value"];

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const MONTHS_PER_QUARTER = 3;

/** In the reader's own time, and never beyond now. */
export function periodOf(name: PeriodName, now: Date): Period {
  const [from, to] = ends(name, now);
  return { from: localText(from), to: localText(to) };
}

/** Last month, which auditors ask for first; on a young server all that there is. */
export function firstPeriod(now: Date, oldest: string | null): Period {
  const [from, to] = ends("last-month", now);
  const since = oldest === null ? from : new Date(oldest);
  if (since <= from) return { from: localText(from), to: localText(to) };
  // Inputs go by minutes; the one in which history began is not whole.
  return { from: localText(new Date(since.getTime() + MINUTE_MS)), to: localText(now) };
}

function ends(name: PeriodName, now: Date): [Date, Date] {
  const month = (back: number) => new Date(now.getFullYear(), now.getMonth() - back, 1);
  if (name === "last-7-days") return [new Date(now.getTime() - 7 * DAY_MS), now];
  if (name === "this-month") return [month(0), now];
  if (name === "last-month") return [month(1), month(0)];
  const since = now.getMonth() % MONTHS_PER_QUARTER;
  return [month(since + MONTHS_PER_QUARTER), month(since)];
}
