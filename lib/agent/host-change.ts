import { type Card, readCard, writeCard } from "#lib/membership/card.ts";
import type { MembershipChanges } from "#lib/membership/changes.ts";
import type { AnsweredPolicy } from "#lib/membership/judge.ts";
import { cardDeadline, unchanged } from "#lib/membership/membership.ts";
import { entryCounts, type HostScope, policyApplies } from "#lib/membership/scope.ts";
import type { CardUpdate, LockedHost } from "#lib/membership/sql.ts";
import { type Answer, standingAfter } from "#lib/membership/status.ts";
import { type Gate, type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import type { Handed } from "./handed.ts";
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
    if (family && family !== this.scope.platformFamily) {
      this.changeFamily(family, new Date(report.receivedAtMs));
      // There are details of the new platform that nobody has asked for yet.
      return;
    }
    if (!report.detailsComplete) return;
    const at = new Date(report.asked?.detailsAtMs ?? report.receivedAtMs);
    this.update.detailUpdatedAt = later(this.update.detailUpdatedAt, at);
  }

  /**
   * Takes the answers that count; returns how many did not. An answer is as old as its asking, where
   * that is known: a laptop may find something, sleep for a night and tell it in the morning.
   */
  takeAnswers(report: Report, witnessedRevision: number): number {
    let taken = 0;
    let newestMs = 0;
    for (const [policyId, answer] of report.answers) {
      const policy = this.court.policies.get(policyId);
      if (!policy || !policyApplies(policy, this.scope)) continue;
      const handed = report.asked?.handed(policyId);
      if ((handed?.oldestQueryRevision ?? witnessedRevision) < policy.queryRevision) continue;
      const evaluatedAtMs = this.askedAtMs(policy, handed) ?? report.receivedAtMs;
      if (!entryCounts({ revision: policy.revision, evaluatedAtMs }, policy, this.scope)) continue;
      this.takeAnswer(policy, answer, evaluatedAtMs);
      newestMs = Math.max(newestMs, evaluatedAtMs);
      taken++;
    }
    if (taken > 0) {
      const { policyUpdatedAt } = this.update;
      this.update.policyUpdatedAt = later(policyUpdatedAt, new Date(newestMs));
    }
    return report.answers.size - taken;
  }

  /**
   * When the host was asked what it answers now. Unknown where another server has taken an answer
   * since: then it was asked again elsewhere, and would seem to answer late.
   */
  private askedAtMs(policy: AnsweredPolicy, handed: Handed | undefined): number | undefined {
    const before = this.standing(policy, this.scope);
    return handed && before && before.evaluatedAtMs > handed.atMs ? undefined : handed?.atMs;
  }

  private takeAnswer(policy: AnsweredPolicy, answer: Answer, evaluatedAtMs: number): void {
    const { id: policyId, revision } = policy;
    const before = this.standing(policy, this.scope);
    // A duplicate or reordered post must not turn time back.
    if (before && before.evaluatedAtMs > evaluatedAtMs) return;
    const standing = standingAfter(before, answer);
    this.card.set(policyId, { policyId, revision, evaluatedAtMs, ...standing });
    const isFlip = before?.state !== standing.state;
    if (!isFlip && standing.state !== "error") return;
    const error = standing.state === "error" ? answer.message : null;
    const since = new Date(evaluatedAtMs);
    const row = { hostId: this.host.hostId, policyId, revision, ...standing, since, error };
    if (isFlip) this.changes.flip(row, before?.state ?? "pending", this.host.teamId);
    else this.changes.setError(row);
  }

  private standing(policy: AnsweredPolicy, scope: HostScope) {
    const entry = this.card.get(policy.id);
    return entry && entryCounts(entry, policy, scope) ? entry : undefined;
  }

  private counts(policy: AnsweredPolicy, scope: HostScope): boolean {
    return policyApplies(policy, scope) && this.standing(policy, scope) !== undefined;
  }

  /** Retires the answers that counted on the platform until now and do not on the new one. */
  private changeFamily(platformFamily: string, at: Date): void {
    this.prune();
    const scope = { ...this.scope, platformFamily };
    for (const entry of [...this.card.values()]) {
      const policy = this.court.policies.get(entry.policyId);
      if (!policy || this.counts(policy, scope)) continue;
      const key = { hostId: this.host.hostId, policyId: policy.id, revision: policy.revision };
      const toState = policyApplies(policy, scope) ? "pending" : "not_applicable";
      const move = { ...key, fromState: entry.state, toState, error: null, at } as const;
      this.changes.remove(key);
      this.changes.move(move, this.host.teamId);
      this.card.delete(entry.policyId);
    }
    this.scope.platformFamily = platformFamily;
  }

  /** Drops the entries that no row stands for: their policy is gone, edited, or asks others. */
  private prune(): void {
    for (const { policyId } of [...this.card.values()]) {
      const policy = this.court.policies.get(policyId);
      if (!policy || !this.counts(policy, this.scope)) this.card.delete(policyId);
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
    this.prune();
    const { gate } = this.court;
    const policies = [...this.court.policies.values()];
    const update = {
      ...this.update,
      refetchRequestedAt: this.openRefetch(),
      card: writeCard(this.card),
      deadlineAt: cardDeadline(policies, this.scope, this.card),
    };
    return { update, standing: judgeHost(policies, this.scope, this.card, gate, at.getTime()) };
  }
}
