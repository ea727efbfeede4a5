import type { HostScope } from "./scope.ts";

/** An exemption that is in force until its time. One of host, label and team is set. */
export interface LiveExemption {
  id: number;
  policyId: number;
  hostId: number | null;
  labelId: number | null;
  /** 0: hosts in no team. */
  teamId: number | null;
  untilMs: number;
}

const latest = (one: LiveExemption | undefined, other: LiveExemption | undefined) =>
  one && other ? (other.untilMs > one.untilMs ? other : one) : (one ?? other);

/** Who is let off one policy. */
export class PolicyExemptions {
  private readonly hosts = new Map<number, LiveExemption>();
  private readonly teams = new Map<number, LiveExemption>();
  private readonly labels = new Map<number, LiveExemption>();

  add(exemption: LiveExemption): void {
    const { hostId, labelId, teamId } = exemption;
    const set = (map: Map<number, LiveExemption>, id: number) =>
      map.set(id, latest(map.get(id), exemption) ?? exemption);
    if (hostId !== null) set(this.hosts, hostId);
    else if (labelId !== null) set(this.labels, labelId);
    else set(this.teams, teamId ?? 0);
  }

  /** Whom they name, of those in force at a moment; 0 is the team of hosts in none. */
  namedAt(nowMs: number): { hostIds: number[]; teamIds: number[]; labelIds: number[] } {
    const live = (map: ReadonlyMap<number, LiveExemption>) =>
      [...map].filter(([, { untilMs }]) => untilMs > nowMs).map(([id]) => id);
    return { hostIds: live(this.hosts), teamIds: live(this.teams), labelIds: live(this.labels) };
  }

  /**
   * What lets the host off at a moment: the one that lasts longest. Nothing, where it hangs on a label
   * of which it is not known yet whether the host is a member.
   */
  inForce(host: HostScope, nowMs: number): LiveExemption | undefined {
    let found = latest(this.hosts.get(host.hostId), this.teams.get(host.teamId ?? 0));
    for (const [labelId, exemption] of this.labels) {
      if (host.labels.get(labelId)?.isMember) found = latest(found, exemption);
    }
    return found && found.untilMs > nowMs ? found : undefined;
  }
}
