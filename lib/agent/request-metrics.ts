import type { Buckets, Tally } from "#lib/bound-metrics.ts";
import type { Metrics } from "#lib/metrics.ts";
import type { AgentReply } from "./replies.ts";

type Outcome = AgentReply["outcome"];

/** Counts agents' requests with labels bound in advance: routes are a fixed few, as are outcomes. */
export class RequestMetrics {
  private readonly byRoute = new Map<string, { seconds: Buckets; outcomes: Map<Outcome, Tally> }>();
  private readonly metrics: Metrics;

  constructor(metrics: Metrics) {
    this.metrics = metrics;
  }

  /** `route` as agents wrote it counts only where the server knows it, or labels had no bound. */
  count(route: string, { status, outcome }: AgentReply, seconds: number): void {
    const label = status === 404 ? "unknown" : route;
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
