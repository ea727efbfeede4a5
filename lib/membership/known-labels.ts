import type { LabelCriteria } from "#db/schema/labels.ts";
import { type LabelEntry, type Labels, NOT_ASKED } from "./label-card.ts";
import { hasPlatform } from "./scope.ts";
import { isVital, isVitalMember, VITAL_COLUMN, type VitalColumns } from "./vitals.ts";

/** A label as far as it decides who is a member. */
export interface KnownLabel {
  id: number;
  /** dynamic, manual or host_vitals. For good. */
  membershipType: string;
  platform: string;
  criteria: LabelCriteria | null;
  revision: number;
  updatedAt: Date;
}

/** Whether hosts of a platform are asked for the label. One that is not known yet is, where all are. */
export const asksLabel = (label: KnownLabel, platformFamily: string): boolean =>
  label.membershipType === "dynamic" && hasPlatform(label.platform, platformFamily);

/** Values of vitals with what they make of a host: few, and 100,000 hosts have them. */
const VALUES_MAX = 1_000;
const judgedVitals = new WeakMap<KnownLabel, Map<string, boolean>>();

function isMemberByVitals(label: KnownLabel, vitals: VitalColumns): boolean {
  const criteria = label.criteria ?? { vital: "", values: [] };
  const column = isVital(criteria.vital) ? vitals[VITAL_COLUMN[criteria.vital]] : "";
  const known = judgedVitals.get(label) ?? new Map<string, boolean>();
  judgedVitals.set(label, known);
  const before = known.get(column);
  if (before !== undefined) return before;
  const isMember = label.criteria !== null && isVitalMember(criteria, column);
  if (known.size < VALUES_MAX) known.set(column, isMember);
  return isMember;
}

/** What the server itself can tell of a host and a label; undefined: nothing. */
function ownEntry(
  label: KnownLabel,
  vitals: VitalColumns,
  before: LabelEntry | undefined,
): LabelEntry | undefined {
  if (label.membershipType === "host_vitals") {
    return { revision: label.revision, isMember: isMemberByVitals(label, vitals) };
  }
  if (label.membershipType !== "dynamic") return before;
  if (asksLabel(label, vitals.platformFamily)) {
    // It was not asked, and is now: nobody knows.
    return before?.revision === NOT_ASKED ? undefined : before;
  }
  return vitals.platformFamily === "" ? before : { revision: NOT_ASKED, isMember: false };
}

const same = (a: LabelEntry | undefined, b: LabelEntry | undefined) =>
  a?.revision === b?.revision && a?.isMember === b?.isMember;

/**
 * A host's labels with all that the server can tell without asking: labels by vitals, and those that
 * the host's platform is not asked for. The same object when nothing is new.
 */
export function withOwnLabels(
  labels: Labels,
  known: Iterable<KnownLabel>,
  vitals: VitalColumns,
): Labels {
  let next: Map<number, LabelEntry> | undefined;
  for (const label of known) {
    const before = labels.get(label.id);
    const after = ownEntry(label, vitals, before);
    if (same(before, after)) continue;
    next ??= new Map(labels);
    if (after) next.set(label.id, after);
    else next.delete(label.id);
  }
  return next ?? labels;
}

/** Whether what is known of a host and a label is a row of label_membership too. */
export const hasLabelRow = (label: KnownLabel, entry: LabelEntry | undefined): boolean =>
  label.membershipType !== "host_vitals" &&
  entry !== undefined &&
  entry.isMember !== null &&
  entry.revision !== NOT_ASKED;
