import { format, formatDistanceStrict } from "date-fns";

const BYTE_UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

/** Decimal units (1 GB = 10^9 bytes), as disk makers, macOS and Fleet's `gigs_*` fields count. */
export function formatBytes(bytes: number, fractionDigits = 1): string {
  if (!Number.isFinite(bytes) || bytes < 0) return "–";
  const power = bytes < 1 ? 0 : Math.floor(Math.log10(bytes) / 3);
  const index = Math.min(power, BYTE_UNITS.length - 1);
  const value = bytes / 1000 ** index;
  const digits = index === 0 || value >= 100 ? 0 : fractionDigits;
  return `${value.toLocaleString("en", { maximumFractionDigits: digits })} ${BYTE_UNITS[index]}`;
}

/** Memory is sold in powers of two: 17179869184 bytes is "16 GB" to its owner. */
export function formatMemory(bytes: number): string {
  return `${(bytes / 1024 ** 3).toLocaleString("en", { maximumFractionDigits: 1 })} GB`;
}

const DURATION_UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** The two largest units of a duration in seconds: 93,600 is "1 d 2 h", 0 is "0 s". */
export function formatDuration(seconds: number): string {
  let rest = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [unit, size] of DURATION_UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2) break;
  }
  return parts.join(" ") || "0 s";
}

export type DateLike = string | number | Date | null | undefined;

/** Fleet writes "never" as the year 1 (Go's zero time) or as 2000-01-01. Both become null. */
export function toDate(value: DateLike): Date | null {
  if (value === null || value === undefined || value === "") return null;
  const date = new Date(value);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() <= 2000) return null;
  return date;
}

const JUST_NOW_MS = 10_000;

/** "5 minutes ago", "in 2 days", "just now" below 10 s either way, "never" for no time. */
export function formatRelative(value: DateLike, now: DateLike = Date.now()): string {
  const date = toDate(value);
  const base = toDate(now);
  if (!date || !base) return "never";
  if (Math.abs(base.getTime() - date.getTime()) < JUST_NOW_MS) return "just now";
  return formatDistanceStrict(date, base, { addSuffix: true });
}

/** Exact local time with its zone, for titles and audit entries: "21 Nov 2026, 14:03:07 GMT+1". */
export function formatDateTime(value: DateLike): string {
  const date = toDate(value);
  return date ? format(date, "d MMM yyyy, HH:mm:ss O") : "never";
}

export function formatDate(value: DateLike): string {
  const date = toDate(value);
  return date ? format(date, "d MMM yyyy") : "never";
}

export function formatNumber(value: number): string {
  return value.toLocaleString("en");
}

/**
 * Takes a share between 0 and 1. Rounds towards the middle: 99.96 % is not "100%" while a host
 * still fails, and one pass among thousands is not "0%".
 */
export function formatPercent(share: number): string {
  if (!Number.isFinite(share)) return "–";
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return "<0.1%";
  if (percent < 100 && percent > 99.9) return "99.9%";
  return `${percent.toLocaleString("en", { maximumFractionDigits: 1 })}%`;
}

/** `plural(1, "host")` is "1 host", `plural(2, "policy", "policies")` is "2 policies". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}
