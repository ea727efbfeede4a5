import type { AnsweredPolicy } from "#lib/membership/judge.ts";
import { type HostScope, policyApplies } from "#lib/membership/scope.ts";
import type { Gate } from "#lib/membership/verdict.ts";
import { Batch } from "./batch.ts";
import { type DetailPieces, detailPieces } from "./detail-queries.ts";

export interface PlannedPolicy extends AnsweredPolicy {
  query: string;
}

/** Policies and settings as of one moment of the database. Replaced whole, never changed. */
export interface Snapshot {
  /** Value of the policies revision. */
  revision: number;
  policies: PlannedPolicy[];
  gate: Gate;
}

export interface PlanItem {
  policy: PlannedPolicy;
  /** `"fleet_policy_query_9":"SELECT ..."`, escaped once. */
  queryJson: string;
  discoveryJson: string;
}

export const POLICY_PREFIX = "fleet_policy_query_";

/** Sets of policies whose answers are kept per plan: few, since policies of one interval go together. */
const BATCHES_MAX = 30;

/** What the hosts of one team and platform are asked, ready to send. */
export class Plan {
  readonly items: readonly PlanItem[];
  readonly detailNames: ReadonlySet<string>;
  private readonly details: DetailPieces;
  /** The common case of a busy read. */
  private readonly all: Batch;
  private readonly batches = new Map<string, Batch>();

  constructor(snapshot: Snapshot, host: HostScope) {
    this.items = snapshot.policies
      // An empty query makes osquery loop; the API refuses one, but a plan must not trust that.
      .filter((policy) => policy.query.trim() !== "" && policyApplies(policy, host))
      .map(planItem);
    this.details = detailPieces(host.platformFamily);
    this.detailNames = this.details.names;
    this.all = new Batch(this.items, this.details);
  }

  /** Some of the items, as one thing to hand out. */
  batch(items: readonly PlanItem[]): Batch {
    if (items.length === this.items.length) return this.all;
    const name = items.map((item) => item.policy.id).join();
    const known = this.batches.get(name);
    if (known) return known;
    const batch = new Batch(items, this.details);
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

/** Plans by team and platform, made when first asked for: few, whatever the number of hosts. */
export class Plans {
  private static count = 0;
  /** Tells these plans from others. A number, so that hosts which stay away keep no plan alive. */
  readonly number = ++Plans.count;
  readonly snapshot: Snapshot;
  private readonly byScope = new Map<string, Plan>();

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  of(host: HostScope): Plan {
    const key = `${host.teamId ?? 0} ${host.platformFamily}`;
    const known = this.byScope.get(key);
    if (known) return known;
    const plan = new Plan(this.snapshot, host);
    this.byScope.set(key, plan);
    return plan;
  }
}
