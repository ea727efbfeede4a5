import { type Card, readCard, writeCard } from "#lib/membership/card.ts";
import type { MembershipChanges } from "#lib/membership/changes.ts";
import type { AnsweredPolicy } from "#lib/membership/judge.ts";
import { cardDeadline, unchanged } from "#lib/membership/membership.ts";
import { entryCounts, type HostScope, policyApplies } from "#lib/membership/scope.ts";
import type { CardUpdate, LockedHost } from "#lib/membership/sql.ts";
import { type Answer, standingAfter } from "#lib/membership/status.ts";
import { type Gate, type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import { UNWITNESSED_MS } from "./asked.ts";
import type { Report } from "./report.ts";

/** The policies and the gate that a commit judges by. */
export interface Court {
  policies: ReadonlyMap<number, AnsweredPolicy>;
  gate: Gate;
}

const later = (a: Date | null, b: Date): Date => (a && a > b ? a : b);

/**
 * What reports do to one locked host. Works on the host's card in memory and adds what changes to
 * `changes`; nothing is read, because the card under lock says all that was.
 */
export class HostChange {
  readonly host: LockedHost;
  /** Details may correct the platform that policies are chosen by. */
  private readonly scope: HostScope;
  private readonly card: Card;
  private readonly update: Omit<CardUpdate, "card" | "deadlineAt">;
  private readonly court: Court;
  private readonly changes: MembershipChanges;

  constructor(host: LockedHost, court: Court, changes: MembershipChanges) {
    this.host = host;
    this.court = court;
    this.changes = changes;
    this.card = readCard(host.card);
    this.scope = { teamId: host.teamId, platformFamily: host.platformFamily };
    this.update = unchanged(host);
  }

  get platformFamily(): string {
    return this.scope.platformFamily;
  }

  takeDetails(report: Report): void {
    const family = report.details?.vitals.platformFamily;
    if (family) this.scope.platformFamily = family;
    if (!report.detailsComplete) return;
    const at = new Date(report.receivedAtMs);
    this.update.detailUpdatedAt = later(this.update.detailUpdatedAt, at);
  }

  /** Takes the answers that count; returns how many did not. */
  takeAnswers(report: Report, askedRevision: number | undefined): number {
    let skipped = 0;
    for (const [policyId, answer] of report.answers) {
      const policy = this.court.policies.get(policyId);
      const counts =
        policy &&
        policyApplies(policy, this.scope) &&
        isForThisSql(policy, report.receivedAtMs, askedRevision);
      if (counts) this.takeAnswer(policy, answer, new Date(report.receivedAtMs));
      else skipped++;
    }
    return skipped;
  }

  private takeAnswer(policy: AnsweredPolicy, answer: Answer, at: Date): void {
    const { id: policyId, revision } = policy;
    const before = this.standing(policy, this.scope);
    // A duplicate or reordered post must not turn time back.
    if (before && before.evaluatedAtMs > at.getTime()) return;
    const standing = standingAfter(before, answer);
    const error = standing.state === "error" ? answer.message : null;
    const row = { hostId: this.host.hostId, policyId, revision, ...standing, since: at, error };
    if (before?.state !== standing.state) {
      const fromState = before?.state ?? "pending";
      this.changes.set(row);
      this.changes.move({ ...row, fromState, toState: standing.state, at }, this.host.teamId);
    } else if (error !== null) {
      this.changes.setError(row);
    }
    this.card.set(policyId, { policyId, revision, evaluatedAtMs: at.getTime(), ...standing });
    this.update.policyUpdatedAt = later(this.update.policyUpdatedAt, at);
  }

  private standing(policy: AnsweredPolicy, scope: HostScope) {
    const entry = this.card.get(policy.id);
    return entry && entryCounts(entry, policy, scope) ? entry : undefined;
  }

  /** Drops what the host is no longer asked, and retires it where it counted until now. */
  private prune(at: Date): void {
    for (const entry of [...this.card.values()]) {
      const policy = this.court.policies.get(entry.policyId);
      if (policy && policyApplies(policy, this.scope)) continue;
      const counted =
        policy && policyApplies(policy, this.host) && this.standing(policy, this.host);
      this.card.delete(entry.policyId);
      if (!counted) continue;
      const key = { hostId: this.host.hostId, policyId: policy.id, revision: policy.revision };
      const toState = "not_applicable";
      const move = { ...key, fromState: entry.state, toState, error: null, at } as const;
      this.changes.move(move, this.host.teamId);
      this.changes.remove(key);
    }
  }

  /** The refetch that is still open: until details and every policy have been answered after it. */
  private openRefetch(): Date | null {
    const { refetchRequestedAt: requestedAt, detailUpdatedAt } = this.update;
    if (!requestedAt) return null;
    if (!detailUpdatedAt || detailUpdatedAt <= requestedAt) return requestedAt;
    for (const policy of this.court.policies.values()) {
      if (!policyApplies(policy, this.scope)) continue;
      const entry = this.standing(policy, this.scope);
      if (!entry || entry.evaluatedAtMs < requestedAt.getTime()) return requestedAt;
    }
    return null;
  }

  /** The host's new row and verdict, as of `at`. Call it last, and once. */
  finish(at: Date): { update: CardUpdate; standing: HostStanding } {
    this.prune(at);
    const { gate } = this.court;
    const policies = [...this.court.policies.values()];
    const host = { ...this.host, ...this.scope };
    const update = {
      ...this.update,
      refetchRequestedAt: this.openRefetch(),
      card: writeCard(this.card),
      deadlineAt: cardDeadline({ policies, gate }, host, this.card),
    };
    return { update, standing: judgeHost(policies, this.scope, this.card, gate, at.getTime()) };
  }
}

/** Whether an answer was given to the SQL now in force, as far as can be known. */
function isForThisSql(
  policy: AnsweredPolicy,
  receivedAtMs: number,
  askedRevision: number | undefined,
): boolean {
  if (askedRevision !== undefined) return askedRevision >= policy.queryRevision;
  return receivedAtMs - policy.queryChangedAt.getTime() > UNWITNESSED_MS;
}
