import type { AnsweredState, CardState } from "./status.ts";

/**
 * A host's card: its last answer to every policy, packed into one column of one row.
 *
 * Rejected: a time per membership row. 100,000 hosts confirming 50 policies an hour would be 1,400
 * row writes a second that say "as before". The card is written once per report, tells the agent
 * path what is due without a join, and lets a commit see what changed by locking one row per host.
 *
 * Layout per policy, 15 bytes big-endian: policy id u32, revision u32, evaluated at u48 (ms since
 * 1970), state u8 (bits 0-1 state, bits 2-3 last definite answer, bit 4 exempt).
 *
 * An entry mirrors its membership row exactly while `entryCounts` (scope.ts) holds.
 */
export interface CardEntry {
  policyId: number;
  revision: number;
  evaluatedAtMs: number;
  /** What was answered, also where the host is exempt. */
  state: CardState;
  passes: boolean | null;
  /** The row says exempt. Whether the host is, only the exemptions and the clock can tell. */
  isExempt: boolean;
}

export const CARD_ENTRY_BYTES = 15;
/** Where an entry's time begins: behind what it is an answer to. Time and state fill the rest. */
export const CARD_TIME_AT = 8;
/** 5,000 policies are 75 KB a host; past that the card is the wrong structure. */
export const CARD_ENTRIES_MAX = 5_000;

const STATE_CODES: readonly CardState[] = ["pass", "fail", "error", "stale"];
const PASSES_CODES: readonly (boolean | null)[] = [null, true, false];
const EXEMPT_BIT = 16;

export type Card = Map<number, CardEntry>;

/** The state of an entry's membership row. */
export const rowStateOf = (entry: CardEntry): AnsweredState =>
  entry.isExempt ? "exempt" : entry.state;

/** Reads a card; null (never answered) is an empty one. Trailing bytes of a torn entry are ignored. */
export function readCard(packed: Buffer | null): Card {
  const card: Card = new Map();
  if (!packed) return card;
  for (let at = 0; at + CARD_ENTRY_BYTES <= packed.length; at += CARD_ENTRY_BYTES) {
    const code = packed.readUInt8(at + 14);
    const policyId = packed.readUInt32BE(at);
    card.set(policyId, {
      policyId,
      revision: packed.readUInt32BE(at + 4),
      evaluatedAtMs: packed.readUIntBE(at + 8, 6),
      state: STATE_CODES[code & 3] ?? "error",
      passes: PASSES_CODES[(code >> 2) & 3] ?? null,
      isExempt: (code & EXEMPT_BIT) !== 0,
    });
  }
  return card;
}

/** Packs a card, ordered by policy so that equal cards are equal bytes. */
export function writeCard(card: Card): Buffer {
  const entries = [...card.values()]
    .sort((a, b) => a.policyId - b.policyId)
    .slice(0, CARD_ENTRIES_MAX);
  const packed = Buffer.allocUnsafe(entries.length * CARD_ENTRY_BYTES);
  entries.forEach((entry, index) => {
    const at = index * CARD_ENTRY_BYTES;
    packed.writeUInt32BE(entry.policyId, at);
    packed.writeUInt32BE(entry.revision, at + 4);
    packed.writeUIntBE(entry.evaluatedAtMs, at + 8, 6);
    const passes = PASSES_CODES.indexOf(entry.passes);
    const exempt = entry.isExempt ? EXEMPT_BIT : 0;
    packed.writeUInt8(STATE_CODES.indexOf(entry.state) | (passes << 2) | exempt, at + 14);
  });
  return packed;
}
