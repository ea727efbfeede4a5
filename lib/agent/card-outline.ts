import { LRUCache } from "lru-cache";
import {
  CARD_ENTRIES_MAX,
  CARD_ENTRY_BYTES,
  CARD_TIME_AT,
  readCard,
} from "#lib/membership/card.ts";

/*
 * What check-ins need of a host's card: to which SQL it has answers, and when they were found. The
 * first is the same for nearly all hosts of a team and platform, and of times there are as many as
 * reports that the answers came in: one, or a few. So an outline is shared, and an entry holds its
 * own times alone, where a card of 50 policies would be 750 bytes.
 */

/** By policy. Cards have one outline when nothing but moments and states tells them apart. */
export type CardOutline = ReadonlyMap<number, OutlinedAnswer>;

interface OutlinedAnswer {
  revision: number;
  /** Which of the host's times is this answer's. */
  time: number;
}

export const NO_ANSWERS: CardOutline = new Map();

/** When a host's answers were found, server time in ms; a number where all were at once. */
export type AnswerTimes = number | readonly number[];

export interface OutlinedCard {
  outline: CardOutline;
  answerTimes: AnswerTimes;
}

/**
 * Characters of the names of shared outlines. A name has 15 a policy and its outline ten times that
 * in bytes, so 30 MB at most. A host whose outline fell out keeps it, and shares it with nobody new.
 */
const SHARED_CHARACTERS_MAX = 3_000_000;

/** The outlines that hosts have in common. */
export class CardOutlines {
  private readonly shared = new LRUCache<string, CardOutline>({
    maxSize: SHARED_CHARACTERS_MAX,
    sizeCalculation: (_, name) => name.length + 1,
  });

  /**
   * One for all cards: at a restart 100,000 come within seconds, and memory that was lent for a copy of
   * each is not given back.
   */
  private readonly scratch = Buffer.alloc(CARD_ENTRIES_MAX * CARD_ENTRY_BYTES);

  /** Takes a card apart; null (never answered) is an empty one. */
  of(card: Buffer | null): OutlinedCard {
    // The name is the card with the number of each time in its place.
    const numbered = this.scratch.subarray(0, card?.copy(this.scratch) ?? 0);
    const numbers = new Map<number, number>();
    for (let at = 0; at + CARD_ENTRY_BYTES <= numbered.length; at += CARD_ENTRY_BYTES) {
      const atMs = numbered.readUIntBE(at + CARD_TIME_AT, 6);
      const time = numbers.get(atMs) ?? numbers.size;
      if (time === numbers.size) numbers.set(atMs, time);
      numbered.writeUIntBE(time, at + CARD_TIME_AT, 6);
      numbered[at + CARD_ENTRY_BYTES - 1] = 0;
    }
    const name = numbered.toString("latin1");
    const times = [...numbers.keys()];
    // A copy has no room to grow, which would be more than the times themselves.
    const answerTimes = times.length > 1 ? times.slice() : (times[0] ?? 0);
    return { outline: this.shared.get(name) ?? this.share(name, numbered), answerTimes };
  }

  private share(name: string, numbered: Buffer): CardOutline {
    const outline = new Map<number, OutlinedAnswer>();
    for (const { policyId, revision, evaluatedAtMs } of readCard(numbered).values()) {
      outline.set(policyId, { revision, time: evaluatedAtMs });
    }
    this.shared.set(name, outline);
    return outline;
  }
}

/** A host's answer to a policy as its card has it. */
export function outlinedAnswer(
  { outline, answerTimes }: OutlinedCard,
  policyId: number,
): { revision: number; evaluatedAtMs: number } | undefined {
  const answer = outline.get(policyId);
  if (!answer) return undefined;
  const evaluatedAtMs =
    typeof answerTimes === "number" ? answerTimes : (answerTimes[answer.time] ?? 0);
  return { revision: answer.revision, evaluatedAtMs };
}
