import type { ActivityJson } from "#lib/activities/schema.ts";

/** One field as it was and as it is; a side is null where the thing did not exist. */
export interface Change {
  /** Told apart where several things changed at once: "Disk encrypted: query". */
  field: string;
  before: string | null;
  after: string | null;
}

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function show(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  if (typeof value === "string") return value;
  return JSON.stringify(value, null, 2);
}

const readable = (field: string) =>
  field.replaceAll("_", " ").replace(/([a-z])([A-Z])/g, (_, a, b) => `${a} ${b.toLowerCase()}`);

function changesBetween(before: Fields, after: Fields, prefix: string): Change[] {
  const fields = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return fields
    .map((field) => ({
      field: prefix + readable(field),
      before: show(before[field]),
      after: show(after[field]),
    }))
    .filter((change) => change.before !== change.after);
}

function pair(holder: Fields, prefix: string): Change[] {
  const { before, after } = holder;
  if (isFields(before) || isFields(after)) {
    return changesBetween(isFields(before) ? before : {}, isFields(after) ? after : {}, prefix);
  }
  if (before === undefined && after === undefined) return [];
  return changesBetween({ value: before }, { value: after }, prefix);
}

/** What an activity changed, field by field; empty for one that changed no fields. */
export function changesOf({ details }: Pick<ActivityJson, "details">): Change[] {
  const many = Array.isArray(details.changes) ? details.changes.filter(isFields) : [];
  if (many.length > 0) return many.flatMap((one) => pair(one, `${String(one.name ?? "")}: `));
  return pair(details, "");
}
