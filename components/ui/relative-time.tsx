"use client";

import { type DateLike, formatDateTime, formatRelative, toDate } from "#lib/format.ts";
import { TICK_MS, useNow } from "./use-now.ts";

interface RelativeTimeProps {
  value: DateLike;
  /** For no time at all: "never" by default. */
  empty?: string;
  className?: string;
}

/** "5 minutes ago", kept current; the exact local time is its title. */
export function RelativeTime({ value, empty = "never", className }: RelativeTimeProps) {
  const now = useNow();
  const date = toDate(value);
  if (!date) return <span className={className}>{empty}</span>;
  // What arrived after the last tick lies ahead of `now`, and must not read "in 9 seconds".
  const ahead = date.getTime() - now;
  const lead = ahead > 0 && ahead <= TICK_MS ? ahead : 0;
  return (
    // The server's clock and time zone differ from the reader's, so their texts may too.
    <time
      dateTime={date.toISOString()}
      title={formatDateTime(date)}
      className={className}
      suppressHydrationWarning
    >
      {formatRelative(date, now + lead)}
    </time>
  );
}
