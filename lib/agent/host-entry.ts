import type { HostScope } from "#lib/membership/scope.ts";
import type { Plan } from "./plan.ts";

/** A policy that is out. `queryRevision` as in policies: since when its SQL is in force. */
export interface Handed {
  /** Server time. */
  atMs: number;
  queryRevision: number;
  /** Of the hand-outs that were never answered: an answer that comes now may be to that SQL. */
  oldestQueryRevision: number;
}

/** What was handed to the host and has not been answered. */
export interface Asked {
  /** The last hand-out, server time. */
  atMs: number;
  policies: ReadonlyMap<number, Handed>;
  /** undefined: no details are out. */
  detailsAtMs: number | undefined;
  /** How often in a row nothing came back. */
  unanswered: number;
}

/** A host as the agent path knows it: a copy of its row in host_agents, and what is under way. */
export interface HostEntry extends HostScope {
  readonly hostId: number;
  /** Hex of the SHA-256 of the present and the previous node key: where the cache files it. */
  keys: readonly string[];
  previousKeyExpiresAtMs: number;
  /** host_agents.revision of this copy. */
  revision: number;
  platform: string;
  card: Buffer | null;
  detailUpdatedAtMs: number;
  refetchRequestedAtMs: number;
  /** The plan that `nextDueAtMs` was computed with; another one means: compute again. */
  plan: Plan | undefined;
  /** Nothing is due before. The one comparison of an idle read. */
  nextDueAtMs: number;
  asked: Asked | undefined;
  /** The newest SQL that this process has written down as handed to the host; see asked.ts. */
  witnessedRevision: number;
  seenWrittenAtMs: number;
  loadedAtMs: number;
}

export interface AgentRow {
  hostId: number;
  nodeKeyHash: Buffer;
  previousNodeKeyHash: Buffer | null;
  previousNodeKeyExpiresAt: Date | null;
  teamId: number | null;
  platformFamily: string;
  platform: string;
  card: Buffer | null;
  detailUpdatedAt: Date | null;
  refetchRequestedAt: Date | null;
  revision: number;
}

/** Makes an entry of a row, or brings one up to date, keeping what is under way. */
export function hostEntry(row: AgentRow, nowMs: number, known?: HostEntry): HostEntry {
  const keys = [row.nodeKeyHash, row.previousNodeKeyHash].filter((key) => key !== null);
  const copy = {
    hostId: row.hostId,
    keys: keys.map((key) => key.toString("hex")),
    previousKeyExpiresAtMs: row.previousNodeKeyExpiresAt?.getTime() ?? 0,
    revision: row.revision,
    teamId: row.teamId,
    platformFamily: row.platformFamily,
    platform: row.platform,
    card: row.card,
    detailUpdatedAtMs: row.detailUpdatedAt?.getTime() ?? 0,
    refetchRequestedAtMs: row.refetchRequestedAt?.getTime() ?? 0,
    plan: undefined,
    nextDueAtMs: 0,
    loadedAtMs: nowMs,
  };
  if (known) return Object.assign(known, copy);
  return { ...copy, asked: undefined, witnessedRevision: 0, seenWrittenAtMs: 0 };
}
