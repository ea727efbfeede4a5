/** policy: rows mean pass. query: rows are what was asked for. */
export const RUN_KINDS = ["policy", "query"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** How a host stands in a run. A query is done, a policy passes or fails. */
export const OUTCOMES = ["waiting", "pass", "fail", "done", "error"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Answered {
  /** waiting, done or error, as the row has it. */
  state: string;
  rowCount: number;
}

export function outcomeOf(kind: string, { state, rowCount }: Answered): Outcome {
  if (state === "error") return "error";
  if (state !== "done") return "waiting";
  if (kind !== "policy") return "done";
  return rowCount > 0 ? "pass" : "fail";
}

/** Osquery's words for SQL that it stopped before and does not run again for a day. */
const DENYLISTED = "distributed query is denylisted";

export const isDenylisted = (error: string | null): boolean => error === DENYLISTED;
