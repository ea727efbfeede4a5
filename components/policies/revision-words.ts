import { platformList } from "#components/hosts/platform-name.ts";
import { formatDuration } from "#lib/format.ts";

type Fields = Record<string, unknown>;

const NAMES: Record<string, string> = {
  name: "name",
  query: "SQL",
  description: "description",
  resolution: "how to fix it",
  platform: "platforms",
  critical: "critical",
  interval: "interval",
  tags: "tags",
  labels_include_any: "labels of which any is needed",
  labels_include_all: "labels that are all needed",
  labels_exclude_any: "labels of which none may be",
  labels_exclude_all: "labels that may not all be",
  paused: "paused",
  team_id: "team",
};

export const fieldName = (field: string): string => NAMES[field] ?? field.replaceAll("_", " ");

const listOf = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);

const interval = (value: unknown) =>
  typeof value === "number" ? `every ${formatDuration(value)}` : "the server’s interval";

/** Labels come with their ids. */
const nameOf = (one: unknown): string =>
  typeof one === "object" && one !== null && "name" in one ? String(one.name) : String(one);

/** A value as people read it; `teamName` tells the team of an id. */
export function fieldText(
  field: string,
  value: unknown,
  teamName: (id: number | null) => string,
): string {
  if (field === "platform") return platformList(String(value ?? ""));
  if (field === "interval") return interval(value);
  if (field === "team_id") return teamName(typeof value === "number" ? value : null);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(nameOf).join(", ");
  if (value !== null && typeof value === "object") return JSON.stringify(value, null, 2);
  return String(value ?? "");
}

function tagWords(before: unknown, after: unknown): string {
  const [old, now] = [listOf(before), listOf(after)];
  const added = now.filter((tag) => !old.includes(tag));
  const removed = old.filter((tag) => !now.includes(tag));
  return [
    added.length > 0 && `tagged ${added.join(", ")}`,
    removed.length > 0 && `took off ${removed.join(", ")}`,
  ]
    .filter(Boolean)
    .join("; ");
}

function words(
  field: string,
  before: unknown,
  after: unknown,
  teamName: (id: number | null) => string,
): string {
  const text = (value: unknown) => fieldText(field, value, teamName);
  switch (field) {
    case "name":
      return `renamed it from “${text(before)}”`;
    case "critical":
      return after ? "made it critical" : "made it not critical";
    case "paused":
      return after ? "paused it" : "resumed it";
    case "team_id":
      return `moved it from ${text(before)} to ${text(after)}`;
    case "labels_include_any":
    case "labels_include_all":
    case "labels_exclude_any":
    case "labels_exclude_all":
      return `${fieldName(field)}: ${text(after) || "none"} (was ${text(before) || "none"})`;
    case "interval":
    case "platform":
      return `${fieldName(field)} from ${text(before)} to ${text(after)}`;
    case "tags":
      return tagWords(before, after);
    default:
      return `changed ${field === "resolution" ? "" : "the "}${fieldName(field)}`;
  }
}

/** What an edit did, as a person would say it: "changed the SQL; made it critical". */
export function changeWords(
  { before, after }: { before: Fields; after: Fields },
  teamName: (id: number | null) => string,
): string {
  const said = Object.keys(after).map((field) =>
    words(field, before[field], after[field], teamName),
  );
  const text = said.filter(Boolean).join("; ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}
