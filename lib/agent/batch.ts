import type { DetailPieces } from "./detail-queries.ts";
import type { QueryRevisions } from "./handed.ts";
import type { PlanItem } from "./plan.ts";
import { type AgentReply, reply } from "./replies.ts";

/** A host that has told nothing yet checks in every 5 s for this long, to be known quickly. */
const ACCELERATE_SECONDS = 10;

/** Policies that are handed out together: what is the same for all hosts that get them, made once. */
export class Batch {
  readonly queryRevisions: QueryRevisions;
  /** The newest SQL among them, as policies.query_revision. */
  readonly newestRevision: number;
  private readonly items: readonly PlanItem[];
  private readonly details: DetailPieces;
  /** As bytes, because a long string is encoded anew for each host. */
  private readonly replies: { alone?: AgentReply; withDetails?: AgentReply } = {};

  constructor(items: readonly PlanItem[], details: DetailPieces) {
    this.items = items;
    this.details = details;
    this.queryRevisions = new Map(items.map(({ policy }) => [policy.id, policy.queryRevision]));
    this.newestRevision = Math.max(0, ...this.queryRevisions.values());
  }

  get size(): number {
    return this.items.length;
  }

  reply(withDetails: boolean): AgentReply {
    if (withDetails) {
      this.replies.withDetails ??= reply(Buffer.from(this.text(true)));
      return this.replies.withDetails;
    }
    this.replies.alone ??= reply(Buffer.from(this.text(false)));
    return this.replies.alone;
  }

  /** To a host of which nothing is known yet. */
  acceleratedReply(withDetails: boolean): AgentReply {
    return reply(this.text(withDetails, `,"accelerate":${ACCELERATE_SECONDS}`));
  }

  private text(withDetails: boolean, accelerate = ""): string {
    const queries = this.items.map((item) => item.queryJson);
    const discovery = this.items.map((item) => item.discoveryJson);
    if (withDetails) {
      queries.push(this.details.queries);
      discovery.push(this.details.discovery);
    }
    return `{"queries":{${queries.join(",")}},"discovery":{${discovery.join(",")}}${accelerate}}`;
  }
}
