import type { AnsweredPolicy } from "#lib/membership/judge.ts";
import { type HostScope, policyApplies } from "#lib/membership/scope.ts";
import type { Gate } from "#lib/membership/verdict.ts";
import { detailPieces } from "./detail-queries.ts";

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

/** What the hosts of one team and platform are asked, ready to send. */
export interface Plan {
  snapshot: Snapshot;
  items: PlanItem[];
  /** The whole answer when every policy is due and nothing else: the common case of a busy read. */
  allPolicies: string;
  detailNames: ReadonlySet<string>;
  detailQueries: string;
  detailDiscovery: string;
}

export const POLICY_PREFIX = "fleet_policy_query_";

/** The answer to a distributed read, of prepared pieces. */
export function readAnswer(queries: string, discovery: string, accelerateSeconds?: number): string {
  const accelerate = accelerateSeconds ? `,"accelerate":${accelerateSeconds}` : "";
  return `{"queries":{${queries}},"discovery":{${discovery}}${accelerate}}`;
}

/** Plans by team and platform, made when first asked for: few, whatever the number of hosts. */
export class Plans {
  readonly snapshot: Snapshot;
  private readonly byScope = new Map<string, Plan>();

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot;
  }

  of(host: HostScope): Plan {
    const key = `${host.teamId ?? 0} ${host.platformFamily}`;
    let plan = this.byScope.get(key);
    if (!plan) {
      plan = makePlan(this.snapshot, host);
      this.byScope.set(key, plan);
    }
    return plan;
  }
}

function makePlan(snapshot: Snapshot, host: HostScope): Plan {
  const items = snapshot.policies
    // An empty query makes osquery loop; the API refuses one, but a plan must not trust that.
    .filter((policy) => policy.query.trim() !== "" && policyApplies(policy, host))
    .map((policy) => {
      const name = JSON.stringify(`${POLICY_PREFIX}${policy.id}`);
      return {
        policy,
        queryJson: `${name}:${JSON.stringify(policy.query)}`,
        discoveryJson: `${name}:"SELECT 1"`,
      };
    });
  const details = detailPieces(host.platformFamily);
  return {
    snapshot,
    items,
    allPolicies: readAnswer(
      items.map((item) => item.queryJson).join(","),
      items.map((item) => item.discoveryJson).join(","),
    ),
    detailNames: details.names,
    detailQueries: details.queries,
    detailDiscovery: details.discovery,
  };
}
