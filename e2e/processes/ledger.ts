import { asc } from "drizzle-orm";
import { expect } from "vitest";
import type { Database } from "#db/client.ts";
import { hostAgents } from "#db/schema/hosts.ts";
import { policyTransitions } from "#db/schema/policies.ts";
import { readCard } from "#lib/membership/card.ts";
import { expectConsistent } from "#lib/testing/consistency.ts";

export type Outcome = "pass" | "fail" | "error";

/** One run of one policy on one host, posted once or more often. */
export interface Told {
  readonly identifier: string;
  readonly policyId: number;
  readonly outcome: Outcome;
  isAcknowledged: boolean;
}

interface Step {
  from: string;
  to: string;
}

const keyOf = (identifier: string, policyId: number) => `${identifier} ${policyId}`;

/**
 * Writes down what hosts were told to be taken, and proves at the end that it was: every
 * acknowledged answer took effect exactly once and in order, nothing else did, and rows, counts and
 * verdicts agree with it. What was posted and never acknowledged may have taken effect or not.
 */
export class Ledger {
  private readonly told = new Map<string, Told[]>();

  /** Before the post: an answer may be in effect although nobody heard so. */
  sent(told: Told): void {
    const key = keyOf(told.identifier, told.policyId);
    const known = this.told.get(key) ?? [];
    if (!known.includes(told)) this.told.set(key, [...known, told]);
  }

  acknowledged(told: Told): void {
    told.isAcknowledged = true;
  }

  get acknowledgements(): number {
    return [...this.told.values()].flat().filter((one) => one.isAcknowledged).length;
  }

  /** Throws where the database differs. The servers may run, but nobody may be posting. */
  async check(db: Database): Promise<void> {
    expect(this.acknowledgements).toBeGreaterThan(0);
    const [cards, histories] = await Promise.all([readCards(db), readHistories(db)]);
    const problems: string[] = [];
    for (const [key, told] of this.told) {
      const history = histories.get(key) ?? [];
      const final = history.at(-1)?.to ?? "pending";
      const said = told.map((one) => `${one.outcome}${one.isAcknowledged ? "" : "?"}`).join(" ");
      const shown = history.map(({ to }) => to).join(" ");
      if (!isChain(history)) problems.push(`${key}: history does not join: ${shown}`);
      if (!explains(told, history)) problems.push(`${key}: told ${said}, in effect ${shown}`);
      const card = cards.get(key) ?? "pending";
      if (card !== final) problems.push(`${key}: card ${card}, not ${final}`);
    }
    for (const key of histories.keys()) {
      if (!this.told.has(key)) problems.push(`${key}: in effect and never told`);
    }
    expect(problems).toEqual([]);
    await expectConsistent(db);
  }
}

/** Each change starts where the one before ended, and changes something. */
function isChain(history: readonly Step[]): boolean {
  return history.every(
    ({ from, to }, n) => from === (history[n - 1]?.to ?? "pending") && from !== to,
  );
}

/**
 * Whether taking every acknowledged answer in order, and any of the others, gives this history. An
 * answer that says what was so already leaves no trace, hence a set of places one may have got to.
 */
function explains(told: readonly Told[], history: readonly Step[]): boolean {
  let places = new Set([0]);
  for (const { outcome, isAcknowledged } of told) {
    const reached = new Set(isAcknowledged ? [] : places);
    for (const place of places) {
      if (history[place - 1]?.to === outcome) reached.add(place);
      else if (history[place]?.to === outcome) reached.add(place + 1);
    }
    places = reached;
  }
  return places.has(history.length);
}

async function readIdentifiers(db: Database): Promise<Map<number, string>> {
  const rows = await db.select().from(hostAgents);
  return new Map(rows.map((row) => [row.hostId, row.identifier]));
}

async function readCards(db: Database): Promise<Map<string, string>> {
  const states = new Map<string, string>();
  for (const { identifier, card } of await db.select().from(hostAgents)) {
    for (const entry of readCard(card).values()) {
      states.set(keyOf(identifier, entry.policyId), entry.state);
    }
  }
  return states;
}

async function readHistories(db: Database): Promise<Map<string, Step[]>> {
  const identifiers = await readIdentifiers(db);
  const histories = new Map<string, Step[]>();
  const rows = await db.select().from(policyTransitions).orderBy(asc(policyTransitions.id));
  for (const { hostId, policyId, fromState, toState } of rows) {
    const key = keyOf(identifiers.get(hostId) ?? `deleted host ${hostId}`, policyId);
    const step = { from: fromState, to: toState };
    histories.set(key, [...(histories.get(key) ?? []), step]);
  }
  return histories;
}
