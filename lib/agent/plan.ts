import { LRUCache } from "lru-cache";
import type { Bench } from "#lib/membership/judge.ts";
import { asksLabel } from "#lib/membership/known-labels.ts";
import type { Labels } from "#lib/membership/label-card.ts";
import { asksGroup, type HostScope, policyApplies } from "#lib/membership/scope.ts";
import { Batch, type PlanItem, type PlannedPolicy } from "./batch.ts";
import { type DetailPieces, detailPieces } from "./detail-queries.ts";
import { type LabelPieces, labelPieces, type PlannedLabel } from "./label-queries.ts";

/** Policies, labels and settings as of one moment of the database. Replaced whole, never changed. */
export interface Snapshot extends Bench {
  /** Value of the policies revision. */
  revision: number;
  policies: PlannedPolicy[];
  labels: PlannedLabel[];
}

export const NO_SNAPSHOT: Snapshot = {
  revision: -1,
  policies: [],
  labels: [],
  manualLabels: new Set(),
  exemptions: new Map(),
  gate: "critical",
};

export const POLICY_PREFIX = "fleet_policy_query_";

/** Sets of policies whose answers are kept per plan: few, since policies of one interval go together. */
const BATCHES_MAX = 30;

/** What hosts of one team, platform and set of policies are asked, ready to send. */
export class Plan {
  readonly items: readonly PlanItem[];
  readonly details: DetailPieces;
  readonly labels: LabelPieces;
  /** The common case of a busy read. */
  private readonly all: Batch;
  private readonly batches = new Map<string, Batch>();

  constructor(items: readonly PlanItem[], details: DetailPieces, labels: LabelPieces) {
    this.items = items;
    this.details = details;
    this.labels = labels;
    this.all = new Batch(items, details, labels);
  }

  /** Some of the items, as one thing to hand out. */
  batch(items: readonly PlanItem[]): Batch {
    if (items.length === this.items.length) return this.all;
    const name = items.map((item) => item.policy.id).join();
    const known = this.batches.get(name);
    if (known) return known;
    const batch = new Batch(items, this.details, this.labels);
    if (this.batches.size >= BATCHES_MAX) this.batches.clear();
    this.batches.set(name, batch);
    return batch;
  }
}

function planItem(policy: PlannedPolicy): PlanItem {
  const name = JSON.stringify(`${POLICY_PREFIX}${policy.id}`);
  return {
    policy,
    queryJson: `${name}:${JSON.stringify(policy.query)}`,
    discoveryJson: `${name}:"SELECT 1"`,
  };
}

/**
 * Label cards whose plan is remembered, and plans that are kept, of one team and platform. Others are
 * made anew when a host has something to do, which takes as long as to look at each policy's labels.
 */
const CARDS_MAX = 2_000;
const PLANS_MAX = 200;

/** The plans of one team and platform: one, unless labels tell whom policies ask. */
class GroupPlans {
  /** Asked of all, or of some. */
  private readonly items: readonly PlanItem[];
  private readonly details: DetailPieces;
  private readonly labels: LabelPieces;
  private readonly hasScopes: boolean;
  /** By ids of the policies. */
  private readonly plans = new LRUCache<string, Plan>({ max: PLANS_MAX });
  private readonly byCard = new LRUCache<Labels, Plan>({ max: CARDS_MAX });
  private readonly common: Plan;

  constructor(items: readonly PlanItem[], labels: readonly PlannedLabel[], platformFamily: string) {
    this.items = items;
    this.details = detailPieces(platformFamily);
    this.labels = labelPieces(labels.filter((label) => asksLabel(label, platformFamily)));
    this.hasScopes = items.some(({ policy }) => policy.labelScope !== null);
    this.common = new Plan(this.hasScopes ? [] : items, this.details, this.labels);
  }

  of(host: HostScope): Plan {
    if (!this.hasScopes) return this.common;
    const known = this.byCard.get(host.labels);
    if (known) return known;
    const items = this.items.filter(({ policy }) => policyApplies(policy, host));
    const name = items.map(({ policy }) => policy.id).join();
    const plan = this.plans.get(name) ?? new Plan(items, this.details, this.labels);
    this.plans.set(name, plan);
    this.byCard.set(host.labels, plan);
    return plan;
  }
}

/** Plans by team, platform and labels, made when first asked for: few, whatever the number of hosts. */
export class Plans {
  private static count = 0;
  /** Tells these plans from others. A number, so that hosts which stay away keep no plan alive. */
  readonly number = ++Plans.count;
  readonly snapshot: Snapshot;
  private readonly items: readonly PlanItem[];
  private readonly byGroup = new Map<string, GroupPlans>();

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
    this.items = snapshot.policies
      // An empty query makes osquery loop; the API refuses one, but a plan must not trust that.
      .filter((policy) => policy.query.trim() !== "" && !policy.pausedAt)
      .map(planItem);
  }

  of(host: HostScope): Plan {
    const key = `${host.teamId ?? 0} ${host.platformFamily}`;
    const known = this.byGroup.get(key);
    if (known) return known.of(host);
    const items = this.items.filter(({ policy }) => asksGroup(policy, host));
    const group = new GroupPlans(items, this.snapshot.labels, host.platformFamily);
    this.byGroup.set(key, group);
    return group.of(host);
  }
}
