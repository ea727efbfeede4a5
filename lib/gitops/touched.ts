import { setImmediate } from "node:timers/promises";
import type { Executor } from "#db/client.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { difference, type HostSet, intersection, setOf, sizeOf, union } from "#lib/host-set.ts";
import { hostsWithin, type LabelSets, labelIdsOf } from "#lib/labels/label-sets.ts";
import { notOut } from "#lib/policies/asked.ts";
import type { PlannedLabels } from "./plan-labels.ts";
import type { PlannedTeams } from "./plan-teams.ts";
import type { Asked, PlannedChange, Touches } from "./planned.ts";
import type { GitopsCause, GitopsCounts } from "./schema.ts";
import {
  type Cause,
  eitherOr,
  everybody,
  NOBODY,
  readWorlds,
  type World,
  type Worlds,
} from "./worlds.ts";

export const NO_COUNTS: GitopsCounts = {
  hosts: null,
  hosts_before: null,
  hosts_after: null,
  hosts_entering: null,
  hosts_leaving: null,
  hosts_pending: null,
  because: [],
};

/** Some 20 ms at 100,000 hosts. */
const CHANGES_PER_TURN = 10;

const rulesOf = (asked: Asked | undefined): number[] => labelIdsOf(asked?.labelScope ?? null);

/** Whom a policy asks or an exemption lets off, and those of whom it is not known yet. */
function askedIn({ groups, labels }: World, asked: Asked | undefined): HostSet {
  if (!asked) return NOBODY;
  const { onlyHostId, onlyTeamId } = asked;
  const inTeam = groups.filter(
    ({ teamId }) => onlyTeamId === undefined || (teamId ?? 0) === onlyTeamId,
  );
  const hosts = notOut(asked, inTeam, labels);
  return onlyHostId === undefined ? hosts : intersection(hosts, setOf([onlyHostId]));
}

interface Moves {
  entering: HostSet;
  leaving: HostSet;
  /** By label: who has to answer it first. */
  pendingBy: ReadonlyMap<number, HostSet>;
}

const looks = (asked: Asked | undefined) =>
  asked && [asked.teamId, asked.platform, asked.labelScope, asked.onlyHostId, asked.onlyTeamId];

class TouchedHosts {
  private readonly worlds: Worlds;
  /** Of thousands of policies most narrow alike, and each count takes a millisecond at 100,000 hosts. */
  private readonly alike = new Map<string, GitopsCounts>();

  constructor(worlds: Worlds) {
    this.worlds = worlds;
  }

  count(touches: Touches): GitopsCounts {
    const { groups } = this.worlds.before;
    switch (touches.kind) {
      case "nobody":
        return NO_COUNTS;
      case "everybody":
        return { ...NO_COUNTS, hosts: sizeOf(everybody(groups)) };
      case "team": {
        const own = groups.filter(({ teamId }) => (teamId ?? 0) === touches.id);
        return { ...NO_COUNTS, hosts: sizeOf(everybody(own)) };
      }
      case "label":
        return this.ofLabel(touches.id);
      case "asked":
        return this.ofAsked(touches.before, touches.after);
    }
  }

  /** Members and those of whom nobody knows; also those that leave it. */
  private ofLabel(id: number): GitopsCounts {
    const { before, after, causes } = this.worlds;
    const notOutside = ({ groups, labels }: World) =>
      difference(everybody(groups), labels.get(id)?.outsiders ?? NOBODY);
    const cause = causes.find((one) => one.kind === "label" && one.id === id);
    const pending = cause?.pending ?? NOBODY;
    const hosts = [notOutside(before), notOutside(after)].reduce(union, pending);
    return { ...NO_COUNTS, hosts: sizeOf(hosts), hosts_pending: sizeOf(pending) };
  }

  private ofAsked(before: Asked | undefined, after: Asked | undefined): GitopsCounts {
    const key = JSON.stringify([looks(before), looks(after)]);
    const known = this.alike.get(key) ?? this.countAsked(before, after);
    this.alike.set(key, known);
    return known;
  }

  private countAsked(before: Asked | undefined, after: Asked | undefined): GitopsCounts {
    const old = askedIn(this.worlds.before, before);
    const now = askedIn(this.worlds.after, after);
    const pendingBy = this.pendingBy(after);
    const pending = [...pendingBy.values()].reduce(union, NOBODY);
    // Who is in only because nobody knows has not come in yet.
    const guessed = difference(pending, this.knownIn(this.worlds.after, after, now));
    const entering = difference(difference(now, old), guessed);
    const leaving = difference(old, now);
    return {
      hosts: sizeOf([old, now].reduce(union, pending)),
      hosts_before: sizeOf(old),
      hosts_after: sizeOf(now),
      hosts_entering: sizeOf(entering),
      hosts_leaving: sizeOf(leaving),
      hosts_pending: sizeOf(pending),
      because: this.because(before, after, { entering, leaving, pendingBy }),
    };
  }

  /** Rules that an edit adds or drops are the edit's own doing. */
  private because(
    before: Asked | undefined,
    after: Asked | undefined,
    moves: Moves,
  ): GitopsCause[] {
    const stay = rulesOf(before).filter((id) => rulesOf(after).includes(id));
    return this.worlds.causes.flatMap(({ kind, id, name, moved }): GitopsCause[] => {
      const isCause = kind === "label" ? stay.includes(id) : before && after;
      const count = (hosts: HostSet) => (isCause ? sizeOf(intersection(hosts, moved)) : 0);
      const [entering, leaving] = [count(moves.entering), count(moves.leaving)];
      const pending = kind === "label" ? sizeOf(moves.pendingBy.get(id) ?? NOBODY) : 0;
      return entering + leaving + pending > 0 ? [{ kind, name, entering, leaving, pending }] : [];
    });
  }

  private knownIn({ labels }: World, asked: Asked | undefined, hosts: HostSet): HostSet {
    return asked?.labelScope ? hostsWithin(asked.labelScope, labels, hosts) : hosts;
  }

  /** By label: the hosts that have to answer it, of which the answer decides whether they are asked. */
  private pendingBy(asked: Asked | undefined): Map<number, HostSet> {
    const rules = rulesOf(asked);
    const open = this.worlds.causes.filter(
      ({ kind, id, pending }) => kind === "label" && rules.includes(id) && sizeOf(pending) > 0,
    );
    return new Map(open.map((cause) => [cause.id, this.decidedBy(asked, cause)]));
  }

  private decidedBy(asked: Asked | undefined, { id, pending }: Cause): HostSet {
    const { groups, labels } = this.worlds.unanswered;
    const { members = NOBODY, outsiders = NOBODY } = labels.get(id) ?? {};
    const whoIfAll = (answered: LabelSets) => {
      const world = { groups, labels: new Map(labels).set(id, answered) };
      const hosts = askedIn(world, asked);
      return { hosts, known: this.knownIn(world, asked, hosts) };
    };
    const yes = whoIfAll({ members: union(members, pending), outsiders });
    const no = whoIfAll({ members, outsiders: union(outsiders, pending) });
    return union(eitherOr(yes.hosts, no.hosts), eitherOr(yes.known, no.known));
  }
}

/** Which labels the counts of some changes need. */
function labelIdsIn(changes: readonly PlannedChange[]): Set<number> {
  return new Set(
    changes.flatMap(({ touches }) => {
      if (touches.kind === "label") return [touches.id];
      return touches.kind === "asked"
        ? [...rulesOf(touches.before), ...rulesOf(touches.after)]
        : [];
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
  plan: { labels: PlannedLabels; teams: PlannedTeams },
): Promise<GitopsCounts[]> {
  const worlds = await readWorlds(executor, viewer, labelIdsIn(changes), plan);
  const touched = new TouchedHosts(worlds);
  const counts: GitopsCounts[] = [];
  for (const [index, { touches }] of changes.entries()) {
    counts.push(touched.count(touches));
    // Thousands of policies that all narrow differently are seconds of work, in which others want their turn.
    if (index % CHANGES_PER_TURN === 0) await setImmediate();
  }
  return counts;
}
