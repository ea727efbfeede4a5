/** A policy that is out. `queryRevision` as in policies: since when its SQL is in force. */
export interface Handed {
  /** Server time. */
  atMs: number;
  queryRevision: number;
  /** Of the hand-outs that were never answered: an answer that comes now may be to that SQL. */
  oldestQueryRevision: number;
}

/** Query revisions by policy, of what is handed out together: one Map for all hosts that get it. */
export type QueryRevisions = ReadonlyMap<number, number>;

/** Labels are handed out all at once. `revisions`: labels.revision by label, one Map for many hosts. */
export interface HandedLabels {
  atMs: number;
  revisions: ReadonlyMap<number, number>;
}

interface HandOut {
  /** Server time. */
  atMs: number;
  /** undefined: no details are out. */
  detailsAtMs: number | undefined;
  /** undefined: no labels are out. */
  labels: HandedLabels | undefined;
  /** How often in a row nothing came back. */
  unanswered: number;
}

/**
 * What was handed to a host and has not been answered. Never changed, because a report holds on to
 * what was out when it came.
 */
export class Asked implements Readonly<HandOut> {
  readonly atMs: number;
  readonly detailsAtMs: number | undefined;
  readonly labels: HandedLabels | undefined;
  readonly unanswered: number;
  /** What went out last. */
  private readonly together: QueryRevisions;
  /** What has been out for longer, or had other SQL when it first went out. Nearly always nothing. */
  private readonly apart: ReadonlyMap<number, Handed>;

  constructor(last: HandOut, together: QueryRevisions, apart: ReadonlyMap<number, Handed> = NONE) {
    this.atMs = last.atMs;
    this.detailsAtMs = last.detailsAtMs;
    this.labels = last.labels;
    this.unanswered = last.unanswered;
    this.together = together;
    this.apart = apart;
  }

  /** The policy, while it is out. */
  handed(policyId: number): Handed | undefined {
    const apart = this.apart.get(policyId);
    if (apart) return apart;
    const queryRevision = this.together.get(policyId);
    if (queryRevision === undefined) return undefined;
    return { atMs: this.atMs, queryRevision, oldestQueryRevision: queryRevision };
  }

  /**
   * As it is after another hand-out. What was out before stays part of it, as far as the host is
   * still asked that policy.
   */
  next(last: HandOut, together: QueryRevisions, policyIds: Iterable<number>): Asked {
    if (together === this.together && this.apart.size === 0) return new Asked(last, together);
    const apart = new Map<number, Handed>();
    for (const policyId of policyIds) {
      const earlier = this.handed(policyId);
      if (!earlier) continue;
      const queryRevision = together.get(policyId);
      if (queryRevision === undefined) apart.set(policyId, earlier);
      else if (earlier.oldestQueryRevision !== queryRevision) {
        apart.set(policyId, { ...earlier, atMs: last.atMs, queryRevision });
      }
    }
    return new Asked(last, together, apart);
  }

  /** Without what was answered; undefined when nothing is left. */
  without(
    isAnswered: (policyId: number) => boolean,
    detailsDone: boolean,
    labelsDone: boolean,
  ): Asked | undefined {
    const together = withoutKeys(this.together, isAnswered);
    const apart = withoutKeys(this.apart, isAnswered);
    const detailsAtMs = detailsDone ? undefined : this.detailsAtMs;
    const labels = labelsDone ? undefined : this.labels;
    if (together.size === 0 && apart.size === 0 && detailsAtMs === undefined && !labels) {
      return undefined;
    }
    return new Asked({ ...this, detailsAtMs, labels }, together, apart);
  }
}

const NONE: ReadonlyMap<number, Handed> = new Map();

/** The Map itself when it has none of them, so that it stays shared. */
function withoutKeys<T>(
  map: ReadonlyMap<number, T>,
  isLeftOut: (key: number) => boolean,
): ReadonlyMap<number, T> {
  const rest = [...map].filter(([key]) => !isLeftOut(key));
  return rest.length === map.size ? map : new Map(rest);
}

/** Whether two are of one hand-out. */
export const isSameHandOut = (a: Handed | undefined, b: Handed | undefined): boolean =>
  a?.atMs === b?.atMs && a?.queryRevision === b?.queryRevision;
