import { rowStateOf } from "#lib/membership/card.ts";
import { type FinishedHost, HostAnswers } from "#lib/membership/host-answers.ts";
import type { AnsweredPolicy } from "#lib/membership/judge.ts";
import { asksLabel } from "#lib/membership/known-labels.ts";
import { entryCounts, policyApplies } from "#lib/membership/scope.ts";
import { AHEAD_SECONDS, type Answer, standingAfter } from "#lib/membership/status.ts";
import type { VitalColumns } from "#lib/membership/vitals.ts";
import type { Handed } from "./handed.ts";
import { labelsAfter } from "./label-answers.ts";
import type { Report } from "./report.ts";

const later = (a: Date | null, b: Date): Date => (a && a > b ? a : b);

/** What reports do to one locked host. */
export class HostChange extends HostAnswers {
  get platformFamily(): string {
    return this.scope.platformFamily;
  }

  /** `vitals`: the host's, with what the details told. */
  takeDetails(report: Report, vitals: VitalColumns): void {
    const receivedAt = new Date(report.receivedAtMs);
    const family = report.details?.vitals.platformFamily;
    const isMoved = family !== undefined && family !== "" && family !== this.scope.platformFamily;
    if (isMoved) this.moveTo({ platformFamily: family }, receivedAt);
    this.settleLabels(vitals, receivedAt);
    // After a change of platform there are details that nobody has asked for yet.
    if (isMoved || !report.detailsComplete) return;
    const at = new Date(report.asked?.detailsAtMs ?? report.receivedAtMs);
    this.times.detailUpdatedAt = later(this.times.detailUpdatedAt, at);
  }

  /** Takes what the host said of labels; returns how many answers were to none that asks it. */
  takeLabels(report: Report): number {
    if (report.labels.size === 0) return 0;
    const asked = [...report.labels].flatMap(([id, isMember]) => {
      const label = this.court.labels.get(id);
      return label && asksLabel(label, this.scope.platformFamily) ? [{ label, isMember }] : [];
    });
    const { receivedAtMs } = report;
    const handed = report.asked?.labels;
    const labels = labelsAfter(this.labels, asked, handed?.revisions, receivedAtMs);
    this.relabel(labels, new Date(receivedAtMs));
    if (report.labelsComplete) {
      const at = new Date(handed?.atMs ?? receivedAtMs);
      this.labelUpdatedAt = later(this.labelUpdatedAt, at);
    }
    return report.labels.size - asked.length;
  }

  /**
   * Takes the answers that count; returns how many did not. An answer is as old as its asking, where
   * that is known: a laptop may find something, sleep for a night and tell it in the morning.
   */
  takeAnswers(
    report: Pick<Report, "answers" | "asked" | "receivedAtMs">,
    witnessedRevision: number,
  ): number {
    let taken = 0;
    let newestMs = 0;
    for (const [policyId, answer] of report.answers) {
      const policy = this.court.policies.get(policyId);
      // What is paused keeps the answers that it had.
      if (!policy || policy.pausedAt || !policyApplies(policy, this.scope)) continue;
      const handed = report.asked?.handed(policyId);
      if ((handed?.oldestQueryRevision ?? witnessedRevision) < policy.queryRevision) continue;
      // Not before it was asked for, and, where the clock was put back meanwhile, not after it came.
      const askedAtMs = this.askedAtMs(policy, handed) ?? report.receivedAtMs;
      const evaluatedAtMs = Math.min(askedAtMs, report.receivedAtMs);
      if (!entryCounts({ revision: policy.revision, evaluatedAtMs }, policy, this.scope)) continue;
      this.takeAnswer(policy, answer, evaluatedAtMs, report.receivedAtMs);
      newestMs = Math.max(newestMs, evaluatedAtMs);
      taken++;
    }
    if (taken > 0) {
      const { policyUpdatedAt } = this.times;
      this.times.policyUpdatedAt = later(policyUpdatedAt, new Date(newestMs));
    }
    return report.answers.size - taken;
  }

  /**
   * When the host was asked what it answers now. Unknown where another server has taken an answer
   * since: then it was asked again elsewhere, and would seem to answer late.
   */
  private askedAtMs(policy: AnsweredPolicy, handed: Handed | undefined): number | undefined {
    const before = this.standing(policy);
    return handed && before && before.evaluatedAtMs > handed.atMs ? undefined : handed?.atMs;
  }

  private takeAnswer(
    policy: AnsweredPolicy,
    answer: Answer,
    evaluatedAtMs: number,
    receivedAtMs: number,
  ): void {
    const { id: policyId, revision } = policy;
    const before = this.standing(policy);
    // A duplicate or reordered post must not turn time back; nor may an answer of a time to come.
    const isLater = before && before.evaluatedAtMs > evaluatedAtMs;
    if (isLater && before.evaluatedAtMs <= receivedAtMs + AHEAD_SECONDS * 1000) return;
    const standing = standingAfter(before, answer);
    const isExempt = this.isExempt(policy, receivedAtMs);
    const entry = { policyId, revision, evaluatedAtMs, ...standing, isExempt };
    this.card.set(policyId, entry);
    const from = before ? rowStateOf(before) : "pending";
    const state = rowStateOf(entry);
    // An exempt row keeps what was answered, for when it ends.
    const isSaid = entry.state === "error" || (isExempt && before?.state !== entry.state);
    if (from === state && !isSaid) return;
    const error = standing.state === "error" ? answer.message : null;
    const since = new Date(evaluatedAtMs);
    const { hostId } = this.host;
    const row = { hostId, policyId, revision, state, passes: standing.passes, since, error };
    if (from !== state) this.changes.flip(row, from, this.host.teamId);
    else this.changes.setAnswer(row);
  }

  /** The refetch that is still open: until details, labels and every policy have been answered after it. */
  private openRefetch(): Date | null {
    const { refetchRequestedAt: requestedAt, detailUpdatedAt } = this.times;
    if (!requestedAt) return null;
    if (!detailUpdatedAt || detailUpdatedAt <= requestedAt) return requestedAt;
    const isAskedLabels = [...this.court.labels.values()].some((label) =>
      asksLabel(label, this.scope.platformFamily),
    );
    const labelsAt = this.labelUpdatedAt;
    if (isAskedLabels && (!labelsAt || labelsAt <= requestedAt)) return requestedAt;
    for (const policy of this.court.policies.values()) {
      if (policy.pausedAt || !policyApplies(policy, this.scope)) continue;
      const entry = this.standing(policy);
      if (!entry || entry.evaluatedAtMs < requestedAt.getTime()) return requestedAt;
    }
    return null;
  }

  override finish(at: Date): FinishedHost {
    this.times.refetchRequestedAt = this.openRefetch();
    return super.finish(at);
  }
}
