import type { Buckets, Tally } from "#lib/bound-metrics.ts";
import type { Metrics } from "#lib/metrics.ts";
import type { AgentReply } from "./replies.ts";

/** An agent that left before its request was looked at comes again: it is nobody's failure. */
export type Outcome = AgentReply["outcome"] | "aborted";

const ROUTES = new Set(["enroll", "config", "distributed/read", "distributed/write", "log"]);

/** Agents choose their paths; labels and names of spans must be few. */
export const routeLabel = (route: string): string => (ROUTES.has(route) ? route : "unknown");

/** Counts agents' requests with labels bound in advance: routes are a fixed few, as are outcomes. */
export class RequestMetrics {
  private readonly byRoute = new Map<string, { seconds: Buckets; outcomes: Map<Outcome, Tally> }>();
  private readonly metrics: Metrics;

  constructor(metrics: Metrics) {
    this.metrics = metrics;
  }

  count(route: string, outcome: Outcome, seconds: number): void {
    const label = routeLabel(route);
    const known = this.byRoute.get(label) ?? this.addRoute(label);
    known.seconds.observe(seconds);
    const tally = known.outcomes.get(outcome) ?? this.addOutcome(label, known.outcomes, outcome);
    tally.inc();
  }

  private addRoute(route: string) {
    const seconds = this.metrics.agentSeconds.bind({ route });
    const added = { seconds, outcomes: new Map<Outcome, Tally>() };
    this.byRoute.set(route, added);
    return added;
  }

  private addOutcome(route: string, outcomes: Map<Outcome, Tally>, outcome: Outcome): Tally {
    const tally = this.metrics.agentRequests.bind({ route, outcome });
    outcomes.set(outcome, tally);
    return tally;
  }
}
