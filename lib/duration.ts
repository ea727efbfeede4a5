const SECONDS_PER_UNIT = { ns: 1e-9, us: 1e-6, µs: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600 };

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy;

const isUnit = (text: string | undefined): text is keyof typeof SECONDS_PER_UNIT =>
  text !== undefined && text in SECONDS_PER_UNIT;

/** Seconds of a Go duration such as 90s, 1h30m or 1.5h (Fleet's notation); undefined if it is none. */
export function parseDurationSeconds(text: string): number | undefined {
  if (text === "0") return 0;
  let seconds = 0;
  let end = 0;
  for (const [part, amount, unit] of text.matchAll(PART)) {
    if (!isUnit(unit)) return undefined;
    seconds += Number(amount) * SECONDS_PER_UNIT[unit];
    end += part.length;
  }
  return end === text.length && end > 0 ? seconds : undefined;
}

/** As Go writes it: 5s, 1m30s, 24h0m0s. */
export function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const rest = `${Math.round((seconds % 60) * 1000) / 1000}s`;
  if (hours > 0) return `${hours}h${minutes}m${rest}`;
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}
