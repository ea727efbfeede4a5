import { LRUCache } from "lru-cache";

/**
 * A host's label card: what is known of it and each label, packed into one column of one row, as its
 * answers are (card.ts). Scope by label then needs no join, and is decided under the host's lock.
 *
 * Layout per label, 9 bytes big-endian: label id u32, revision u32, member u8. In order of id, so that
 * equal cards are equal bytes: most hosts of a platform share one.
 */
export interface LabelEntry {
  /** labels.revision that this is an answer to; NOT_ASKED: the host's platform is not asked. */
  revision: number;
  /** null: the host could answer with an error only, so nobody knows. */
  isMember: boolean | null;
}

/** By label. No entry: not known yet; of a manual label: no member. */
export type Labels = ReadonlyMap<number, LabelEntry>;

export const NOT_ASKED = 0;
export const NO_LABELS: Labels = new Map();

const ENTRY_BYTES = 9;
/** 45 KB a host; past that the card is the wrong structure. */
const ENTRIES_MAX = 5_000;
const MEMBER_CODES: readonly (boolean | null)[] = [false, true, null];

/**
 * Characters of cards that are kept unpacked, once for all hosts that have them. Unpacked they are ten
 * times as large: 30 MB at most.
 */
const SHARED_CHARACTERS_MAX = 3_000_000;
const shared = new LRUCache<string, Labels>({
  maxSize: SHARED_CHARACTERS_MAX,
  sizeCalculation: (_, name) => name.length + 1,
});

/** Reads a card; null is an empty one. Equal cards are one object, as long as they are many. */
export function labelsOfCard(packed: Buffer | null): Labels {
  if (!packed || packed.length === 0) return NO_LABELS;
  const name = packed.toString("latin1");
  const known = shared.get(name);
  if (known) return known;
  const labels = new Map<number, LabelEntry>();
  for (let at = 0; at + ENTRY_BYTES <= packed.length; at += ENTRY_BYTES) {
    const isMember = MEMBER_CODES[packed.readUInt8(at + 8)] ?? null;
    labels.set(packed.readUInt32BE(at), { revision: packed.readUInt32BE(at + 4), isMember });
  }
  shared.set(name, labels);
  return labels;
}

export function writeLabelCard(labels: Labels): Buffer {
  const entries = [...labels].sort(([a], [b]) => a - b).slice(0, ENTRIES_MAX);
  const packed = Buffer.allocUnsafe(entries.length * ENTRY_BYTES);
  entries.forEach(([labelId, { revision, isMember }], index) => {
    const at = index * ENTRY_BYTES;
    packed.writeUInt32BE(labelId, at);
    packed.writeUInt32BE(revision, at + 4);
    packed.writeUInt8(MEMBER_CODES.indexOf(isMember), at + 8);
  });
  return packed;
}
