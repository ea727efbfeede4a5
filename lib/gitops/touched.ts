import type { Executor } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { difference, type HostSet, intersection, setOf, sizeOf, union } from "#lib/host-set.ts";
import { type LabelSets, readLabelSets } from "#lib/labels/label-sets.ts";
import { notOut } from "#lib/policies/asked.ts";
import { type HostGroup, selectHostGroupSets } from "#lib/policies/sql.ts";
import type { LabelAfter, PlannedLabels } from "./plan-labels.ts";
import type { ExemptionTarget, PlannedChange, Scope, Touches } from "./planned.ts";
import type { GitopsChange } from "./schema.ts";

type Group = Pick<HostGroup, "teamId" | "platformFamily"> & { hosts: HostSet };
type Counts = Pick<GitopsChange, "hosts" | "hosts_before" | "hosts_after">;

const NOBODY: HostSet = Buffer.alloc(0);
const NO_COUNTS: Counts = { hosts: null, hosts_before: null, hosts_after: null };
const only = (hosts: number): Counts => ({ ...NO_COUNTS, hosts });

class TouchedHosts {
  private readonly groups: readonly Group[];
  /** Labels as they will be, by id. */
  private readonly after: ReadonlyMap<number, LabelSets>;
  /** As they are. */
  private readonly before: ReadonlyMap<number, LabelSets>;

  constructor(
    groups: readonly Group[],
    before: ReadonlyMap<number, LabelSets>,
    after: ReadonlyMap<number, LabelSets>,
  ) {
    this.groups = groups;
    this.before = before;
    this.after = after;
  }

  count(touches: Touches): Counts {
    switch (touches.kind) {
      case "nobody":
        return NO_COUNTS;
      case "everybody":
        return only(sizeOf(this.inTeam(undefined)));
      case "team":
        return only(sizeOf(this.inTeam(touches.id)));
      case "label":
        // Also those that leave it.
        return only(
          sizeOf(
            union(
              this.notOutside(touches.id, this.before),
              this.notOutside(touches.id, this.after),
            ),
          ),
        );
      case "exemption": {
        const asked = notOut(touches.scope, this.groups, this.after);
        return only(sizeOf(intersection(asked, this.targeted(touches.target))));
      }
      case "policy":
        return this.ofPolicy(touches.before, touches.after);
    }
  }

  private ofPolicy(before: Scope | undefined, after: Scope | undefined): Counts {
    const old = before ? notOut(before, this.groups, this.before) : NOBODY;
    const now = after ? notOut(after, this.groups, this.after) : NOBODY;
    return { hosts: sizeOf(union(old, now)), hosts_before: sizeOf(old), hosts_after: sizeOf(now) };
  }

  private inTeam(teamId: number | undefined): HostSet {
    return this.groups
      .filter((group) => teamId === undefined || (group.teamId ?? 0) === teamId)
      .reduce((all, { hosts }) => union(all, hosts), NOBODY);
  }

  /** Members of a label, and those of whom nobody knows yet. */
  private notOutside(labelId: number, labels: ReadonlyMap<number, LabelSets>): HostSet {
    const outsiders = labels.get(labelId)?.outsiders ?? NOBODY;
    return difference(this.inTeam(undefined), outsiders);
  }

  private targeted({ hostId, labelId, teamId }: ExemptionTarget): HostSet {
    if (hostId !== null) return setOf([hostId]);
    return labelId !== null ? this.notOutside(labelId, this.after) : this.inTeam(teamId ?? 0);
  }
}

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

/** Which labels the counts of some changes need. */
function labelIdsOf(changes: readonly PlannedChange[]): Set<number> {
  const of = (scope: Scope | undefined) => Object.values(scope?.labelScope ?? {}).flat();
  return new Set(
    changes.flatMap(({ touches }) => {
      if (touches.kind === "label") return [touches.id];
      if (touches.kind === "policy") return [...of(touches.before), ...of(touches.after)];
      if (touches.kind !== "exemption") return [];
      const { labelId } = touches.target;
      return [...of(touches.scope), ...(labelId === null ? [] : [labelId])];
    }),
  );
}

/**
 * How many hosts each change is about, of those that the viewer may count. As with every count, a
 * host of which it is not known yet whether a label has it is in scope until it is known not to be.
 */
export async function countTouched(
  executor: Executor,
  viewer: Viewer,
  changes: readonly PlannedChange[],
  { after }: PlannedLabels,
  labelsBefore: PlannedLabels["writes"],
): Promise<Counts[]> {
  const ids = labelIdsOf(changes);
  const labels = [...after.values()].filter(({ label }) => ids.has(label.id));
  const old = labelsBefore.flatMap(({ before }) => (before && ids.has(before.id) ? [before] : []));
  const groups = await selectHostGroupSets(executor, teamScope(viewer, "policy:read"));
  const all = groups.reduce((set, { hosts }) => union(set, hosts), NOBODY);
  const sets = await readLabelSets(
    executor,
    labels.map(({ label }) => label),
  );
  const before = new Map([...sets, ...(await readLabelSets(executor, old))]);
  const touched = new TouchedHosts(groups, before, withListed(sets, labels, all));
  return changes.map(({ touches }) => touched.count(touches));
}
