import type { Executor } from "#db/client.ts";
import { difference, type HostSet, idsOf, intersection, sizeOf, union } from "#lib/host-set.ts";
import { hostsOut, type LabelSets, labelIdsOf } from "#lib/labels/label-sets.ts";
import { labelSetsThen } from "./labels-then.ts";
import { type HistoryLimits, isFull } from "./limits.ts";
import { ANSWERED_THEN, HISTORY_STATES, type HistoryState } from "./states.ts";
import { policyThen } from "./then.ts";
import {
  type HostsThen,
  type SetsThen,
  selectHostsThen,
  selectSetsThen,
  type VersionThen,
} from "./then-sql.ts";

/** So many are sooner looked up than all are read. */
const FEW_HOSTS = 2_000;
const NOBODY_ANSWERED = Object.fromEntries(
  [...ANSWERED_THEN, "pending"].map((state) => [state, Buffer.alloc(0)]),
) as SetsThen;

export type StateSets = Record<HistoryState, HostSet>;

/**
 * Sets of hosts at one moment, as stateThen would put them, but all of a policy at once: two
 * statements, each from an index or a narrow table, and the rest is bits. Hosts are read once for
 * every kind of scope that policies have.
 */
export class SetsAt {
  private readonly read = new Map<string, Promise<HostSet>>();
  private readonly executor: Executor;
  private readonly hosts: HostsThen;
  readonly areLabelsKept: boolean;
  private readonly labels = new Map<string, Promise<Map<number, LabelSets>>>();

  constructor(executor: Executor, hosts: HostsThen, limits: Pick<HistoryLimits, "fullAt">) {
    this.executor = executor;
    this.hosts = hosts;
    this.areLabelsKept = isFull(hosts.at, limits);
  }

  all(): Promise<HostSet> {
    return this.among(null, "");
  }

  /** Hosts of the moment that team and platform let a policy ask. */
  private async among(teamId: number | null, platform: string): Promise<HostSet> {
    const { teamId: only } = this.hosts;
    if (teamId !== null && only !== undefined && teamId !== only) return Buffer.alloc(0);
    const key = `${teamId} ${platform}`;
    const families = platform === "" ? undefined : platform.split(",");
    const set =
      this.read.get(key) ??
      selectHostsThen(this.executor, { ...this.hosts, teamId: teamId ?? only, families });
    this.read.set(key, set);
    return set;
  }

  /** What was known of labels; undefined: that was not kept yet. */
  private labelSets(ids: readonly number[]): Promise<Map<number, LabelSets>> | undefined {
    if (!this.areLabelsKept) return undefined;
    const key = ids.join();
    const sets = this.labels.get(key) ?? labelSetsThen(this.executor, ids, this.hosts);
    this.labels.set(key, sets);
    return sets;
  }

  /** Members of a label that was there then, and those of whom nobody knew, of the hosts of the moment. */
  async standings(labelId: number): Promise<{ members: HostSet; unknown: HostSet }> {
    const [all, sets] = await Promise.all([this.all(), this.labelSets([labelId])]);
    const nobody: HostSet = Buffer.alloc(0);
    const { members, outsiders } = sets?.get(labelId) ?? { members: nobody, outsiders: nobody };
    return {
      members: intersection(all, members),
      unknown: difference(all, union(members, outsiders)),
    };
  }

  /**
   * The hosts by state; every host of the moment is in one of them. `only` are the ones that matter, where
   * they are known and few: how the others stood is then not read, and they count as unanswered.
   */
  async of(version: VersionThen, only?: HostSet): Promise<StateSets> {
    const few = only && sizeOf(only) <= FEW_HOSTS ? idsOf(only) : undefined;
    const { revision, teamId, platform, labelScope } = policyThen(version);
    const [all, inGroup, sets, labels] = await Promise.all([
      this.all(),
      this.among(teamId, platform),
      few?.length === 0
        ? NOBODY_ANSWERED
        : selectSetsThen(
            this.executor,
            { policyId: version.policyId, revision },
            this.hosts.at,
            few,
          ),
      labelScope && this.labelSets(labelIdsOf(labelScope)),
    ]);
    const asked = labels ? difference(inGroup, hostsOut(labelScope, labels, inGroup)) : inGroup;
    const isUntold = labelScope && !labels;
    const given = ANSWERED_THEN.map((state) => [state, intersection(asked, sets[state])] as const);
    const answered = given.map(([, set]) => set).reduce(union);
    const open = difference(asked, answered);
    const pending = isUntold ? intersection(open, sets.pending) : open;
    const rest = difference(all, union(answered, pending));
    return { ...Object.fromEntries(given), pending, not_applicable: rest } as StateSets;
  }

  async counts(version: VersionThen): Promise<Record<HistoryState, number>> {
    const sets = await this.of(version);
    const counts = HISTORY_STATES.map((state) => [state, sizeOf(sets[state])]);
    return Object.fromEntries(counts);
  }
}
