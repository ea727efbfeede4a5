import { type Card, type CardEntry, readCard, rowStateOf, writeCard } from "./card.ts";
import type { MembershipChanges } from "./changes.ts";
import { cardDeadline } from "./deadline.ts";
import type { AnsweredPolicy, Court } from "./judge.ts";
import { hasLabelRow, withOwnLabels } from "./known-labels.ts";
import type { Labels } from "./label-card.ts";
import { entryCounts, type HostScope, policyApplies, scopeOf } from "./scope.ts";
import type { CardUpdate, LockedHost } from "./sql.ts";
import { AHEAD_SECONDS } from "./status.ts";
import { answerAt, exemptionOf, type HostStanding, judgeHost } from "./verdict.ts";
import type { VitalColumns } from "./vitals.ts";

/** What becomes of a host's rows. */
export interface FinishedHost {
  host: LockedHost;
  update: CardUpdate;
  standing: HostStanding;
  /** Whether something became of its answers or labels. Entries that no longer counted may have gone. */
  isTouched: boolean;
}

/**
 * A locked host's answers, and what follows for them from a change of its team, platform, labels or
 * exemptions, or from time alone. Works on the cards in memory and adds what changes to `changes`;
 * nothing is read, because the cards under lock say all that was.
 */
export class HostAnswers {
  readonly host: LockedHost;
  /** As it comes to be: details correct the platform, answers the labels. */
  protected scope: HostScope;
  protected readonly card: Card;
  protected readonly court: Court;
  protected readonly changes: MembershipChanges;
  protected readonly times: Pick<
    CardUpdate,
    "policyUpdatedAt" | "detailUpdatedAt" | "refetchRequestedAt"
  >;
  protected labelUpdatedAt: Date | null;
  private isTouched = false;

  constructor(host: LockedHost, court: Court, changes: MembershipChanges) {
    this.host = host;
    this.court = court;
    this.changes = changes;
    this.card = readCard(host.card);
    const { hostId, teamId, platformFamily, labels } = host;
    this.scope = { hostId, teamId, platformFamily, labels };
    const { policyUpdatedAt, detailUpdatedAt, refetchRequestedAt } = host;
    this.times = { policyUpdatedAt, detailUpdatedAt, refetchRequestedAt };
    this.labelUpdatedAt = host.labelUpdatedAt;
  }

  get labels(): Labels {
    return this.scope.labels;
  }

  /** The answer that counts, where one does. */
  protected standing(policy: AnsweredPolicy): CardEntry | undefined {
    const entry = this.card.get(policy.id);
    return entry && entryCounts(entry, policy, this.scope) ? entry : undefined;
  }

  private counts(policy: AnsweredPolicy, scope: HostScope): boolean {
    const entry = this.card.get(policy.id);
    return entry !== undefined && policyApplies(policy, scope) && entryCounts(entry, policy, scope);
  }

  /**
   * Drops the entries that no row stands for: their policy is gone, edited, or asks others. Before
   * every change of scope, or they would count again when the change brings the host back.
   */
  private prune(): void {
    for (const { policyId } of [...this.card.values()]) {
      const policy = this.court.policies.get(policyId);
      if (!policy || !this.counts(policy, this.scope)) this.card.delete(policyId);
    }
  }

  /** Changes what scope goes by, and retires the answers that counted until now and do not then. */
  moveTo(next: Partial<HostScope>, at: Date): void {
    this.prune();
    this.isTouched = true;
    const before = this.scope;
    this.scope = { ...before, ...next };
    for (const entry of [...this.card.values()]) {
      const policy = this.court.policies.get(entry.policyId);
      if (!policy) continue;
      if (!this.counts(policy, this.scope)) this.retire(policy, entry, before.teamId, at);
      else if (this.scope.teamId !== before.teamId) this.recount(policy, entry, before.teamId);
    }
  }

  private recount({ id, revision }: AnsweredPolicy, entry: CardEntry, fromTeamId: number | null) {
    const state = rowStateOf(entry);
    this.changes.count(id, fromTeamId, revision, state, -1);
    this.changes.count(id, this.scope.teamId, revision, state, 1);
  }

  private retire(policy: AnsweredPolicy, entry: CardEntry, teamId: number | null, at: Date): void {
    const key = { hostId: this.host.hostId, policyId: policy.id, revision: policy.revision };
    const toState = scopeOf(policy, this.scope) === "out" ? "not_applicable" : "pending";
    this.changes.remove(key);
    this.changes.move({ ...key, fromState: rowStateOf(entry), toState, error: null, at }, teamId);
    this.card.delete(policy.id);
  }

  /** Takes another label card as the host's. */
  relabel(labels: Labels, at: Date): void {
    if (labels !== this.scope.labels) this.moveTo({ labels }, at);
  }

  /** Brings the labels up to date that the server itself can tell by vitals. */
  settleLabels(vitals: VitalColumns, at: Date): void {
    const own = { ...vitals, platformFamily: this.scope.platformFamily };
    this.relabel(withOwnLabels(this.scope.labels, this.court.labels.values(), own), at);
  }

  /** Turns answers stale that nobody confirmed in time. */
  expire(at: Date): void {
    for (const policy of this.court.policies.values()) {
      const entry = this.standing(policy);
      if (!entry || entry.state === "stale" || !policyApplies(policy, this.scope)) continue;
      if (answerAt(policy, entry, at.getTime()) !== "stale") continue;
      this.setEntry(policy, { ...entry, state: "stale" }, at);
    }
  }

  /**
   * Takes back times that have not come yet at `at`; see mend-times.ts. When the host really answered
   * nobody knows: it is as if an interval ago, so that the answer stands and is asked for again at once.
   */
  mendTimes(at: Date): void {
    const aheadMs = at.getTime() + AHEAD_SECONDS * 1000;
    for (const entry of [...this.card.values()]) {
      const policy = this.court.policies.get(entry.policyId);
      if (!policy || entry.evaluatedAtMs <= aheadMs) continue;
      const candidates = [at.getTime() - policy.intervalSeconds * 1000, at.getTime()];
      const evaluatedAtMs = candidates.find((ms) =>
        entryCounts({ ...entry, evaluatedAtMs: ms }, policy, this.scope),
      );
      if (evaluatedAtMs !== undefined) this.setEntry(policy, { ...entry, evaluatedAtMs }, at);
    }
    const mended = (time: Date | null) => (time && time.getTime() > aheadMs ? at : time);
    this.times.policyUpdatedAt = mended(this.times.policyUpdatedAt);
    this.times.detailUpdatedAt = mended(this.times.detailUpdatedAt);
    this.times.refetchRequestedAt = mended(this.times.refetchRequestedAt);
    this.labelUpdatedAt = mended(this.labelUpdatedAt);
  }

  /** Writes rows as exempt, or as what was answered, by the exemptions in force. */
  private settleExemptions(at: Date): void {
    for (const entry of this.card.values()) {
      if (!this.court.hasExemptions && !entry.isExempt) continue;
      const policy = this.court.policies.get(entry.policyId);
      if (!policy || (!policy.exemptions && !entry.isExempt)) continue;
      if (!this.counts(policy, this.scope)) continue;
      const isExempt = this.isExempt(policy, at.getTime());
      if (isExempt !== entry.isExempt) this.setEntry(policy, { ...entry, isExempt }, at);
    }
  }

  protected isExempt(policy: AnsweredPolicy, nowMs: number): boolean {
    return exemptionOf(policy, this.scope, nowMs) !== undefined;
  }

  /** An entry that comes to another state without an answer. */
  private setEntry(policy: AnsweredPolicy, entry: CardEntry, since: Date): void {
    const before = this.card.get(policy.id);
    this.card.set(policy.id, entry);
    this.isTouched = true;
    const [from, state] = [before && rowStateOf(before), rowStateOf(entry)];
    if (!from || from === state) return;
    const { hostId } = this.host;
    const { revision } = policy;
    const row = { hostId, policyId: policy.id, revision, state, passes: entry.passes, since };
    this.changes.setState(row, from, this.scope.teamId);
  }

  private noteLabelRows(): void {
    const before = this.host.labels;
    const after = this.scope.labels;
    if (before === after) return;
    const { hostId } = this.host;
    for (const labelId of new Set([...before.keys(), ...after.keys()])) {
      const label = this.court.labels.get(labelId);
      if (!label) continue;
      const known = (labels: Labels) =>
        hasLabelRow(label, labels.get(labelId)) ? (labels.get(labelId)?.isMember ?? null) : null;
      const [isMember, wasMember] = [known(after), known(before)];
      if (isMember !== wasMember) this.changes.setLabel({ hostId, labelId, isMember, wasMember });
    }
  }

  /** The host's new row and verdict, as of `at`. Call it last, and once. */
  finish(at: Date): FinishedHost {
    this.settleExemptions(at);
    this.prune();
    this.noteLabelRows();
    const { host, scope, card, labelUpdatedAt } = this;
    const policies = [...this.court.policies.values()];
    const saysNothing =
      scope.labels === host.labels && labelUpdatedAt?.getTime() === host.labelUpdatedAt?.getTime();
    const update: CardUpdate = {
      ...this.times,
      host,
      card: writeCard(card),
      deadlineAt: cardDeadline(policies, scope, card, at.getTime()),
      labels: saysNothing ? undefined : { card: scope.labels, updatedAt: labelUpdatedAt },
    };
    return {
      host,
      update,
      isTouched: this.isTouched,
      standing: judgeHost(policies, scope, card, this.court.gate, at.getTime()),
    };
  }
}
