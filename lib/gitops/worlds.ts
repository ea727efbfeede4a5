import type { Executor } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { difference, type HostSet, intersection, setOf, sizeOf, union } from "#lib/host-set.ts";
import { type LabelSets, readLabelSets } from "#lib/labels/label-sets.ts";
import type { PlannedLabel } from "#lib/labels/specs.ts";
import type { LabelRecord } from "#lib/labels/sql.ts";
import { hasPlatform } from "#lib/membership/scope.ts";
import { type HostGroup, selectHostGroupSets } from "#lib/policies/sql.ts";
import type { LabelAfter, PlannedLabels } from "./plan-labels.ts";
import type { PlannedTeams } from "./plan-teams.ts";

export const NOBODY: HostSet = Buffer.alloc(0);

export type Group = Pick<HostGroup, "teamId" | "platformFamily"> & { hosts: HostSet };

/** Hosts by team and platform, and what is known of labels by id. */
export interface World {
  groups: readonly Group[];
  labels: ReadonlyMap<number, LabelSets>;
}

/** What may move hosts in and out of policies that stay as they are. */
export interface Cause {
  kind: "label" | "team";
  id: number;
  name: string;
  /** Hosts of which something else will be true. */
  moved: HostSet;
  /** Those of them that have to answer before anybody knows. */
  pending: HostSet;
}

export interface Worlds {
  before: World;
  /** When it is applied: what hosts said of a label's old SQL holds until they answer the new one. */
  after: World;
  /** The same with nothing known of those that have to answer. */
  unanswered: World;
  causes: Cause[];
}

export const everybody = (groups: readonly Group[]): HostSet =>
  groups.reduce((all, { hosts }) => union(all, hosts), NOBODY);

export const eitherOr = (a: HostSet, b: HostSet): HostSet =>
  union(difference(a, b), difference(b, a));

/** A manual label's members are those that the request lists, if it lists any. */
function withListed(
  sets: ReadonlyMap<number, LabelSets>,
  labels: readonly LabelAfter[],
  all: HostSet,
): Map<number, LabelSets> {
  const listed = labels.flatMap(({ label, hostIds }): [number, LabelSets][] => {
    if (!hostIds) return [];
    const members = intersection(setOf(hostIds), all);
    return [[label.id, { members, outsiders: difference(all, members) }]];
  });
  return new Map([...sets, ...listed]);
}

/** Hosts that are asked the label: of its platforms, and of none that is known. */
const askedLabel = ({ platform }: LabelRecord, groups: readonly Group[]): HostSet =>
  everybody(groups.filter(({ platformFamily: of }) => of === "" || hasPlatform(platform, of)));

const unknownOf = (all: HostSet, { members, outsiders }: LabelSets): HostSet =>
  difference(all, union(members, outsiders));

/** What an edit of a label, or a new one, makes uncertain or untrue. */
function labelCause(
  { before, fields }: PlannedLabel,
  label: LabelRecord,
  [was, is]: readonly [LabelSets, LabelSets],
  groups: readonly Group[],
): Cause {
  const all = everybody(groups);
  const isNewSql = fields.membershipType === "dynamic" && before?.query !== fields.query;
  const pending = isNewSql
    ? askedLabel(label, groups)
    : difference(unknownOf(all, is), unknownOf(all, was));
  const answered = union(eitherOr(was.members, is.members), eitherOr(was.outsiders, is.outsiders));
  const moved = union(intersection(answered, all), pending);
  return { kind: "label", id: label.id, name: label.name, moved, pending };
}

const teamCauses = (teams: PlannedTeams, groups: readonly Group[]): Cause[] =>
  teams.gone.map(({ id, name }) => {
    const moved = everybody(groups.filter(({ teamId }) => teamId === id));
    return { kind: "team", id, name, moved, pending: NOBODY };
  });

function unanswered(sets: ReadonlyMap<number, LabelSets>, causes: readonly Cause[]) {
  const open = causes.flatMap(({ id, pending }): [number, LabelSets][] => {
    const known = sets.get(id);
    if (!known) return [];
    const without = (hosts: HostSet) => difference(hosts, pending);
    return [[id, { members: without(known.members), outsiders: without(known.outsiders) }]];
  });
  return new Map([...sets, ...open]);
}

/**
 * Hosts and some labels as they are and as a plan makes them; of the hosts, those that the viewer may
 * count. Those of a team that goes are then in no team.
 */
export async function readWorlds(
  executor: Executor,
  viewer: Viewer,
  labelIds: ReadonlySet<number>,
  { labels, teams }: { labels: PlannedLabels; teams: PlannedTeams },
): Promise<Worlds> {
  const groups = await selectHostGroupSets(executor, teamScope(viewer, "policy:read"));
  const known = [...labels.after.values()].filter(({ label }) => labelIds.has(label.id));
  const written = labels.writes.filter(({ before, spec }) => {
    const label = before ?? labels.after.get(spec.name)?.label;
    return label !== undefined && labelIds.has(label.id);
  });
  const old = written.flatMap(({ before }) => before ?? []);
  const sets = await readLabelSets(
    executor,
    known.map(({ label }) => label),
  );
  const before = new Map([...sets, ...(await readLabelSets(executor, old))]);
  const after = withListed(sets, known, everybody(groups));
  const ofLabels = written.flatMap((item): Cause[] => {
    const label = labels.after.get(item.spec.name)?.label;
    const [was, is] = label ? [before.get(label.id), after.get(label.id)] : [];
    return label && was && is ? [labelCause(item, label, [was, is], groups)] : [];
  });
  const gone = new Set(teams.gone.map(({ id }) => id));
  const later = groups.map((group) =>
    gone.has(group.teamId ?? 0) ? { ...group, teamId: null } : group,
  );
  const causes = ofLabels.filter(({ moved }) => sizeOf(moved) > 0);
  return {
    before: { groups, labels: before },
    after: { groups: later, labels: after },
    unanswered: { groups: later, labels: unanswered(after, causes) },
    causes: [...causes, ...teamCauses(teams, groups)],
  };
}
