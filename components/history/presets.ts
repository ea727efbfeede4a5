const DAY_MS = 86_400_000;

/** Moments that people ask about, in the reader's own time. */
export function presets(now: Date): { label: string; at: Date }[] {
  return [
    { label: "An hour ago", at: new Date(now.getTime() - DAY_MS / 24) },
    { label: "Yesterday", at: new Date(now.getTime() - DAY_MS) },
    { label: "A week ago", at: new Date(now.getTime() - 7 * DAY_MS) },
    { label: "End of last month", at: endOfLastMonth(now) },
  ];
}

function endOfLastMonth(now: Date): Date {
  return new Date(new Date(now.getFullYear(), now.getMonth(), 1).getTime() - 1_000);
}

const two = (number: number) => String(number).padStart(2, "0");

/**
 * As an input of type datetime-local takes it, whose `step` is a second: until the minute's
 * beginning would leave out what was done just now.
 */
export function localText(at: Date): string {
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day}T${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}
