import { type Answered, isDenylisted, type Outcome, outcomeOf } from "./outcome.ts";

/** What is counted of a host in a run. */
export interface Counted extends Answered {
  hostId: number;
  /** darwin, windows, linux, chrome or "". */
  platformFamily: string;
  error: string | null;
  wallMs: number | null;
  memoryBytes: number | null;
}

export type OutcomeCounts = Record<Outcome, number> & { hosts: number };

export interface Spread {
  p50: number;
  p95: number;
}

export interface RunTotals extends OutcomeCounts {
  answered: number;
  /** Of the errors: hosts that will not run the SQL for a day. */
  denylisted: number;
  byPlatform: Record<string, OutcomeCounts>;
  /** Of the hosts that told; null: none did. */
  wallMs: Spread | null;
  memoryBytes: Spread | null;
}

const noCounts = (): OutcomeCounts => ({
  hosts: 0,
  waiting: 0,
  pass: 0,
  fail: 0,
  done: 0,
  error: 0,
});

/** The nearest rank of `share` in ordered numbers. */
const rankOf = (ordered: readonly number[], share: number): number =>
  ordered[Math.max(0, Math.ceil(ordered.length * share) - 1)] ?? 0;

function spreadOf(numbers: readonly (number | null)[]): Spread | null {
  const ordered = numbers.filter((one) => one !== null).sort((a, b) => a - b);
  if (ordered.length === 0) return null;
  return { p50: rankOf(ordered, 0.5), p95: rankOf(ordered, 0.95) };
}

export function totalsOf(kind: string, hosts: Iterable<Counted>): RunTotals {
  const all = [...hosts];
  const counts = noCounts();
  const byPlatform: Record<string, OutcomeCounts> = {};
  for (const host of all) {
    const outcome = outcomeOf(kind, host);
    const platform = host.platformFamily || "other";
    byPlatform[platform] ??= noCounts();
    for (const to of [counts, byPlatform[platform]]) {
      to.hosts++;
      to[outcome]++;
    }
  }
  return {
    ...counts,
    answered: counts.hosts - counts.waiting,
    denylisted: all.filter(({ error }) => isDenylisted(error)).length,
    byPlatform,
    wallMs: spreadOf(all.map((host) => host.wallMs)),
    memoryBytes: spreadOf(all.map((host) => host.memoryBytes)),
  };
}
