import type { HistoryJson } from "#lib/history/history-schema.ts";
import type { HostFilters } from "#lib/hosts/schema.ts";
import { NEW_FOR_MS } from "#lib/hosts/status.ts";

type Name = keyof HostFilters;

export interface LeftOut {
  name: Name;
  /** The filter, and why the past does not answer it. */
  text: string;
}

/** Whether verdicts, labels and all vitals were kept at a moment. */
export const isFullThen = (at: Date, { verdicts_and_labels_at: since }: HistoryJson): boolean =>
  since !== null && at >= new Date(since);

const KEPT_LATER: readonly { name: Name; text: string }[] = [
  { name: "verdict", text: "Verdict: not kept yet at that moment." },
  { name: "label_id", text: "Label: not kept yet at that moment." },
  { name: "os_name", text: "Operating system: not kept yet at that moment." },
  { name: "os_version", text: "Version of the system: not kept yet at that moment." },
  { name: "osquery_version", text: "Version of osquery: not kept yet at that moment." },
];

function statusLeftOut(status: string, at: Date, oldestAt: string | null): string | undefined {
  if (status !== "new") return `Status ${status}: when hosts were in contact is not kept.`;
  const before = new Date(at.getTime() - NEW_FOR_MS);
  if (oldestAt !== null && before >= new Date(oldestAt)) return undefined;
  return "Status new: who was there a day earlier is not known.";
}

/** Filters of the list of now that its past cannot answer, as the API refuses them. */
export function leftOut(filters: HostFilters, at: Date, limits: HistoryJson): LeftOut[] {
  const found = isFullThen(at, limits) ? [] : KEPT_LATER.filter(({ name }) => filters[name]);
  const { status, low_disk_space: disk } = filters;
  const text = status && statusLeftOut(status, at, limits.oldest_at);
  return [
    ...(text ? [{ name: "status" as const, text }] : []),
    ...found,
    ...(disk
      ? [{ name: "low_disk_space" as const, text: `Less than ${disk} GB free: not kept.` }]
      : []),
  ];
}
