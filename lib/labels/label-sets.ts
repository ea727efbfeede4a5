import type { Executor } from "#db/client.ts";
import type { LabelScope } from "#db/schema/policies.ts";
import { difference, type HostSet, intersection, union } from "#lib/host-set.ts";
import { isVital, isVitalMember, VITAL_COLUMN, type VitalColumns } from "#lib/membership/vitals.ts";
import { readAnswers } from "./label-answers.ts";
import { type LabelRecord, selectFamilySets, selectVitalSet, selectVitalValues } from "./sql.ts";

/** What decides who is a member, now or at some moment. */
export type LabelRule = Pick<LabelRecord, "id" | "membershipType" | "platform" | "criteria">;

/** Reads hosts by a vital, now or as they were. */
export interface VitalReader {
  values: (column: keyof VitalColumns) => Promise<string[]>;
  set: (column: keyof VitalColumns, values: readonly string[]) => Promise<HostSet>;
}

/** What is known of a label. A host in neither set has not answered yet. */
export interface LabelSets {
  members: HostSet;
  /** Known not to be members. */
  outsiders: HostSet;
}

const NOBODY: HostSet = Buffer.alloc(0);
const unite = (sets: readonly HostSet[]) => sets.reduce(union, NOBODY);

/** All hosts, and those of a label's platforms; of some hosts the platform is not known yet. */
interface Families {
  all: HostSet;
  unknown: HostSet;
  of: (platform: string) => HostSet;
}

function familiesOf(families: ReadonlyMap<string, HostSet>): Families {
  const all = unite([...families.values()]);
  const of = (platform: string) =>
    platform === ""
      ? all
      : unite(platform.split(",").map((family) => families.get(family) ?? NOBODY));
  return { all, unknown: families.get("") ?? NOBODY, of };
}

/** The values that make a member are picked here, by the rule that the agent path has. */
async function vitalMembers(vitals: VitalReader, label: LabelRule, all: HostSet) {
  const criteria = label.criteria ?? { vital: "", values: [] };
  if (!isVital(criteria.vital)) return isVitalMember(criteria, "") ? all : NOBODY;
  const column = VITAL_COLUMN[criteria.vital];
  const values = await vitals.values(column);
  return vitals.set(
    column,
    values.filter((value) => isVitalMember(criteria, value)),
  );
}

const ofType = (labels: readonly LabelRecord[], type: string) =>
  labels.filter(({ membershipType }) => membershipType === type);

/** What is wanted of labels by SQL, of which every answer is looked at: 30 ms for 100,000. */
export interface WantedSets {
  members: (labelId: number) => boolean;
  outsiders: (labelId: number) => boolean;
}

const BOTH: WantedSets = { members: () => true, outsiders: () => true };
export const MEMBERS_ALONE: WantedSets = { members: () => true, outsiders: () => false };

/** Rules that include hosts keep out outsiders, those that exclude them members: half as much to read. */
export function wantedBy(scopes: readonly (LabelScope | null)[]): WantedSets {
  const named = (pick: (scope: LabelScope) => (number[] | undefined)[]) => {
    const ids = new Set(scopes.flatMap((scope) => (scope ? pick(scope) : [])).flat());
    return (labelId: number) => ids.has(labelId);
  };
  return {
    outsiders: named(({ includeAny, includeAll }) => [includeAny, includeAll]),
    members: named(({ excludeAny, excludeAll }) => [excludeAny, excludeAll]),
  };
}

/**
 * Who is a member of labels and who is known not to be, in a few statements besides one for each label
 * by vitals. `hosts` by platform, where the caller has read them.
 */
export async function readLabelSets(
  executor: Executor,
  labels: readonly LabelRecord[],
  wanted: WantedSets = BOTH,
  hosts?: ReadonlyMap<string, HostSet>,
): Promise<Map<number, LabelSets>> {
  if (labels.length === 0) return new Map();
  const bySql = ofType(labels, "dynamic");
  const listed = ofType(labels, "manual");
  const [families, members, outsiders] = await Promise.all([
    hosts ?? selectFamilySets(executor),
    readAnswers(executor, [...bySql.filter(({ id }) => wanted.members(id)), ...listed], true),
    readAnswers(
      executor,
      bySql.filter(({ id }) => wanted.outsiders(id)),
      false,
    ),
  ]);
  const vitals: VitalReader = {
    values: (column) => selectVitalValues(executor, column),
    set: (column, values) => selectVitalSet(executor, column, values),
  };
  return combineLabelSets(labels, { families, members, outsiders, vitals });
}

/** What label sets are made of: hosts by platform, what rows say of labels, and hosts by vitals. */
export interface LabelSources {
  families: ReadonlyMap<string, HostSet>;
  members: ReadonlyMap<number, HostSet>;
  outsiders: ReadonlyMap<number, HostSet>;
  vitals: VitalReader;
}

export async function combineLabelSets(
  labels: readonly LabelRule[],
  { members, outsiders, vitals, ...given }: LabelSources,
): Promise<Map<number, LabelSets>> {
  const families = familiesOf(given.families);
  const setsOf = async (label: LabelRule): Promise<LabelSets> => {
    const { all } = families;
    if (label.membershipType === "dynamic") {
      const asked = union(families.of(label.platform), families.unknown);
      return {
        members: intersection(members.get(label.id) ?? NOBODY, asked),
        outsiders: union(outsiders.get(label.id) ?? NOBODY, difference(all, asked)),
      };
    }
    const known =
      label.membershipType === "manual"
        ? intersection(members.get(label.id) ?? NOBODY, all)
        : await vitalMembers(vitals, label, all);
    return { members: known, outsiders: difference(all, known) };
  };
  return new Map(
    await Promise.all(labels.map(async (label) => [label.id, await setsOf(label)] as const)),
  );
}

/** The hosts of `all` that are out of a policy's rules by label, as far as that is known. */
export function hostsOut(
  scope: LabelScope | null,
  sets: ReadonlyMap<number, LabelSets>,
  all: HostSet,
): HostSet {
  const unknown: LabelSets = { members: NOBODY, outsiders: NOBODY };
  const pick = (ids: readonly number[], which: keyof LabelSets) =>
    ids.map((id) => (sets.get(id) ?? unknown)[which]);
  const common = (chosen: readonly HostSet[]) => chosen.reduce(intersection, all);
  const { includeAny, includeAll, excludeAny, excludeAll } = scope ?? {};
  return intersection(
    all,
    unite([
      includeAny?.length ? common(pick(includeAny, "outsiders")) : NOBODY,
      unite(pick(includeAll ?? [], "outsiders")),
      unite(pick(excludeAny ?? [], "members")),
      excludeAll?.length ? common(pick(excludeAll, "members")) : NOBODY,
    ]),
  );
}

/** The hosts of `all` that are known to be within a policy's rules by label. */
export function hostsWithin(
  scope: LabelScope | null,
  sets: ReadonlyMap<number, LabelSets>,
  all: HostSet,
): HostSet {
  const pick = (ids: readonly number[], which: keyof LabelSets) =>
    ids.map((id) => sets.get(id)?.[which] ?? NOBODY);
  const { includeAny, includeAll, excludeAny, excludeAll } = scope ?? {};
  return [
    ...(includeAny?.length ? [unite(pick(includeAny, "members"))] : []),
    ...pick(includeAll ?? [], "members"),
    ...pick(excludeAny ?? [], "outsiders"),
    ...(excludeAll?.length ? [unite(pick(excludeAll, "outsiders"))] : []),
  ].reduce(intersection, all);
}

/** Every label that a policy's rules name. */
export const labelIdsOf = (scope: LabelScope | null): number[] => [
  ...new Set(Object.values(scope ?? {}).flatMap((ids: number[] | undefined) => ids ?? [])),
];
