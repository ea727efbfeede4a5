import type { KnownLabel } from "#lib/membership/known-labels.ts";
import type { LabelEntry, Labels } from "#lib/membership/label-card.ts";

/** What a host said of a label: rows, none, or (null) an error. */
export interface LabelAnswer {
  label: KnownLabel;
  isMember: boolean | null;
}

/**
 * Where this process does not know what the host was asked (another server did ask it, or it before a
 * restart), an answer to a label that was edited within this long may be to the SQL before. Its value
 * holds, and the host is asked again. Hosts answer within seconds; one that slept through an edit is
 * believed until its next answer. Policies have a witness in the database (asked.ts) because an old
 * pass opens doors; what an old membership does is to ask a policy or not, for an hour at the most.
 */
const EDITED_LATELY_MS = 10 * 60_000;

function answeredRevision(
  { id, revision, updatedAt }: KnownLabel,
  handed: ReadonlyMap<number, number> | undefined,
  receivedAtMs: number,
): number {
  const known = handed?.get(id);
  if (known !== undefined) return known;
  const isDoubtful = revision > 1 && receivedAtMs - updatedAt.getTime() < EDITED_LATELY_MS;
  return isDoubtful ? revision - 1 : revision;
}

/** A host's labels with what it said. An error keeps what was known. The same object if nothing is new. */
export function labelsAfter(
  labels: Labels,
  answers: readonly LabelAnswer[],
  handed: ReadonlyMap<number, number> | undefined,
  receivedAtMs: number,
): Labels {
  let next: Map<number, LabelEntry> | undefined;
  for (const { label, isMember: said } of answers) {
    const before = labels.get(label.id);
    const isMember = said ?? before?.isMember ?? null;
    const revision = answeredRevision(label, handed, receivedAtMs);
    if (before?.revision === revision && before.isMember === isMember) continue;
    next ??= new Map(labels);
    next.set(label.id, { revision, isMember });
  }
  return next ?? labels;
}
