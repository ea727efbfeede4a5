import { localText } from "#components/history/presets.ts";
import type { HistoryJson } from "#lib/history/history-schema.ts";

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

/** The limit moves on while the page is open, and the server refuses what is beyond it. */
const LIMIT_MARGIN_MS = 3_600_000;
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
  return { from: localText(since), to: localText(now) };
}

/** The first moment that can be asked about. null: not known yet. */
export function oldestOf(limits: HistoryJson | undefined, now: Date): string | null {
  if (!limits?.oldest_at) return null;
  const kept = now.getTime() - limits.days * DAY_MS + LIMIT_MARGIN_MS;
  return new Date(Math.max(Date.parse(limits.oldest_at), kept)).toISOString();
}

/** Whether history begins within the period, as on a new server: the files begin with it. */
export const isCut = ({ from }: Period, oldest: string | null): boolean =>
  oldest !== null && Date.parse(from) < Date.parse(oldest);

export const startOf = (period: Period, oldest: string | null): string =>
  oldest !== null && isCut(period, oldest) ? oldest : new Date(period.from).toISOString();

function ends(name: PeriodName, now: Date): [Date, Date] {
  const month = (back: number) => new Date(now.getFullYear(), now.getMonth() - back, 1);
  if (name === "last-7-days") return [new Date(now.getTime() - 7 * DAY_MS), now];
  if (name === "this-month") return [month(0), now];
  if (name === "last-month") return [month(1), month(0)];
  const since = now.getMonth() % MONTHS_PER_QUARTER;
  return [month(since + MONTHS_PER_QUARTER), month(since)];
}
