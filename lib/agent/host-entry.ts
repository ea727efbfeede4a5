import { type Labels, labelsOfCard, NO_LABELS } from "#lib/membership/label-card.ts";
import type { HostScope } from "#lib/membership/scope.ts";
import {
  type AnswerTimes,
  type CardOutline,
  NO_ANSWERS,
  type OutlinedCard,
} from "./card-outline.ts";
import type { Asked } from "./handed.ts";

/** Where the cache files a host: the SHA-256 of a node key, one character a byte. */
export type KeyHash = string;

export const keyHashOf = (hash: Buffer): KeyHash => hash.toString("latin1");

export interface AgentRow {
  hostId: number;
  nodeKeyHash: Buffer;
  previousNodeKeyHash: Buffer | null;
  previousNodeKeyExpiresAt: Date | null;
  teamId: number | null;
  platformFamily: string;
  platform: string;
  card: Buffer | null;
  labelCard: Buffer | null;
  labelUpdatedAt: Date | null;
  detailUpdatedAt: Date | null;
  refetchRequestedAt: Date | null;
  revision: number;
}

/**
 * A host as the agent path knows it: a copy of its row in host_agents, and what is under way. There
 * are as many as hosts: one shape for all of them, and nothing per host that hosts can share.
 */
export class HostEntry implements HostScope, OutlinedCard {
  readonly hostId: number;
  key: KeyHash = "";
  /** The key before, which works for a while after the host has enrolled again. */
  previousKey: { key: KeyHash; expiresAtMs: number } | undefined = undefined;
  /** host_agents.revision of this copy. */
  revision = 0;
  teamId: number | null = null;
  platformFamily = "";
  platform = "";
  labels: Labels = NO_LABELS;
  outline: CardOutline = NO_ANSWERS;
  answerTimes: AnswerTimes = 0;
  detailUpdatedAtMs = 0;
  labelUpdatedAtMs = 0;
  refetchRequestedAtMs = 0;
  /** Number of the plans that `nextDueAtMs` was computed with; others mean: compute again. */
  plansNumber = 0;
  /** Nothing is due before. The one comparison of an idle read. */
  nextDueAtMs = 0;
  asked: Asked | undefined = undefined;
  /** The newest SQL that this process has written down as handed to the host; see asked.ts. */
  witnessedRevision = 0;
  seenWrittenAtMs = 0;
  loadedAtMs = 0;

  constructor(hostId: number) {
    this.hostId = hostId;
  }

  /** Brings the copy up to date, keeping what is under way. */
  take(row: Omit<AgentRow, "card">, card: OutlinedCard, nowMs: number): void {
    const { previousNodeKeyHash, previousNodeKeyExpiresAt } = row;
    const key = keyHashOf(row.nodeKeyHash);
    // Not another string of the same characters: the cache holds on to the one it knows.
    if (key !== this.key) this.key = key;
    this.previousKey = previousNodeKeyHash
      ? {
          key: keyHashOf(previousNodeKeyHash),
          expiresAtMs: previousNodeKeyExpiresAt?.getTime() ?? 0,
        }
      : undefined;
    this.revision = row.revision;
    this.teamId = row.teamId;
    this.platformFamily = row.platformFamily;
    this.platform = row.platform;
    this.labels = labelsOfCard(row.labelCard);
    this.labelUpdatedAtMs = row.labelUpdatedAt?.getTime() ?? 0;
    this.outline = card.outline;
    this.answerTimes = card.answerTimes;
    this.detailUpdatedAtMs = row.detailUpdatedAt?.getTime() ?? 0;
    this.refetchRequestedAtMs = row.refetchRequestedAt?.getTime() ?? 0;
    this.plansNumber = 0;
    this.loadedAtMs = nowMs;
  }
}
