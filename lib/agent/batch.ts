import type { AnsweredPolicy } from "#lib/membership/judge.ts";
import type { DetailPieces } from "./detail-queries.ts";
import type { QueryRevisions } from "./handed.ts";
import type { LabelPieces } from "./label-queries.ts";
import { type AgentReply, reply } from "./replies.ts";

export interface PlannedPolicy extends AnsweredPolicy {
  query: string;
  /** Answers from before are asked for again. */
  runRequestedAt: Date | null;
}

export interface PlanItem {
  policy: PlannedPolicy;
  /** `"fleet_policy_query_9":"SELECT ..."`, escaped once. */
  queryJson: string;
  discoveryJson: string;
}

/** What goes with the policies. */
export interface Parts {
  details: boolean;
  labels: boolean;
}

interface Pieces {
  queries: string;
  discovery: string;
}

/** Policies that are handed out together: what is the same for all hosts that get them, made once. */
export class Batch {
  readonly queryRevisions: QueryRevisions;
  /** The newest SQL among them, as policies.query_revision. */
  readonly newestRevision: number;
  private readonly items: readonly PlanItem[];
  private readonly details: DetailPieces;
  private readonly labels: LabelPieces;
  /** By parts. As bytes, because a long string is encoded anew for each host. */
  private readonly replies: AgentReply[] = [];

  constructor(items: readonly PlanItem[], details: DetailPieces, labels: LabelPieces) {
    this.items = items;
    this.details = details;
    this.labels = labels;
    this.queryRevisions = new Map(items.map(({ policy }) => [policy.id, policy.queryRevision]));
    this.newestRevision = Math.max(0, ...this.queryRevisions.values());
  }

  get size(): number {
    return this.items.length;
  }

  reply(parts: Parts): AgentReply {
    const index = Number(parts.details) + 2 * Number(parts.labels);
    const known = this.replies[index];
    if (known) return known;
    const made = reply(Buffer.from(this.text(parts)));
    this.replies[index] = made;
    return made;
  }

  /** After it the host checks in every 5 s for so long, whatever its own interval (contract: osquery-agent 5). */
  acceleratedReply(parts: Parts, seconds: number): AgentReply {
    return reply(this.text(parts, `,"accelerate":${seconds}`));
  }

  private text(parts: Parts, accelerate = ""): string {
    const pieces: Pieces[] = this.items.map((item) => ({
      queries: item.queryJson,
      discovery: item.discoveryJson,
    }));
    if (parts.labels) pieces.push(this.labels);
    if (parts.details) pieces.push(this.details);
    const queries = pieces.map((piece) => piece.queries).join(",");
    const discovery = pieces.map((piece) => piece.discovery).join(",");
    return `{"queries":{${queries}},"discovery":{${discovery}}${accelerate}}`;
  }
}
