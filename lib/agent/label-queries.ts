import type { KnownLabel } from "#lib/membership/known-labels.ts";

export const LABEL_PREFIX = "fleet_label_query_";

export interface PlannedLabel extends KnownLabel {
  /** "" unless hosts answer it. */
  query: string;
}

/** Labels that hosts of a platform are asked, all at once: they are few, and go by one time. */
export interface LabelPieces {
  /** labels.revision by label. */
  revisions: ReadonlyMap<number, number>;
  queries: string;
  discovery: string;
}

export function labelPieces(labels: readonly PlannedLabel[]): LabelPieces {
  // As with policies, an empty query would make osquery loop.
  const asked = labels.filter(({ query }) => query.trim() !== "");
  return {
    revisions: new Map(asked.map(({ id, revision }) => [id, revision])),
    queries: asked
      .map(({ id, query }) => `"${LABEL_PREFIX}${id}":${JSON.stringify(query)}`)
      .join(","),
    discovery: asked.map(({ id }) => `"${LABEL_PREFIX}${id}":"SELECT 1"`).join(","),
  };
}
