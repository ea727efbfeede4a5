/** Slack for a host that is a little late (contract: fleet-api 2.4). */
export const ONLINE_MARGIN_SECONDS = 60;
const DAY_MS = 86_400_000;
export const NEW_FOR_MS = DAY_MS;
export const MISSING_AFTER_MS = 30 * DAY_MS;

/** What lists filter by. A host itself is only ever online or offline. */
export const STATUS_FILTERS = ["new", "online", "offline", "mia", "missing"] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];
export type HostStatus = "online" | "offline";

interface Contact {
  seenAt: Date;
  /** 0: not known. */
  distributedIntervalSeconds: number;
  configRefreshSeconds: number;
}

/**
 * Seconds after its last contact until a host counts as offline: the shorter of the intervals we
 * know of, and the margin. `onlineWindow` in conditions.ts says the same in SQL.
 */
export function onlineWindowSeconds(host: Omit<Contact, "seenAt">): number {
  const known = [host.distributedIntervalSeconds, host.configRefreshSeconds].filter((s) => s > 0);
  return (known.length > 0 ? Math.min(...known) : 0) + ONLINE_MARGIN_SECONDS;
}

export function hostStatus(host: Contact, nowMs: number): HostStatus {
  const offlineAtMs = host.seenAt.getTime() + onlineWindowSeconds(host) * 1000;
  return nowMs <= offlineAtMs ? "online" : "offline";
}
