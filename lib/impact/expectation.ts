import { difference, type HostSet, idsOf, intersection, sizeOf } from "#lib/host-set.ts";

export interface SampledAnswer {
  hostId: number;
  platformFamily: string;
  passes: boolean;
}

export interface Expectation {
  hosts: number;
  sampled: number;
  sampledFailing: number;
  /** Of platforms of which nobody answered, so that nothing is said of them. */
  unsampled: number;
}

/**
 * How many of some hosts would fail, by what a sample said: each platform by its own share, since a
 * query that fails everywhere on one often passes everywhere on another.
 */
export function expectedFailing(
  answers: readonly SampledAnswer[],
  byFamily: ReadonlyMap<string, HostSet>,
  among: HostSet,
): Expectation {
  const expected: Expectation = { hosts: 0, sampled: 0, sampledFailing: 0, unsampled: 0 };
  for (const [family, set] of byFamily) {
    const hosts = sizeOf(intersection(set, among));
    const sampled = answers.filter((answer) => answer.platformFamily === family);
    if (hosts === 0) continue;
    if (sampled.length === 0) {
      expected.unsampled += hosts;
      continue;
    }
    const failing = sampled.filter(({ passes }) => !passes).length;
    expected.hosts += (failing / sampled.length) * hosts;
    expected.sampled += sampled.length;
    expected.sampledFailing += failing;
  }
  return { ...expected, hosts: Math.round(expected.hosts) };
}

/** How hosts stand now: those that have an answer that counts, and those of them that fail. */
export interface Standing {
  answered: HostSet;
  failing: HostSet;
}

/**
 * As expectedFailing, of those alone that do not fail as it is. Who has an answer is told from others that
 * do not fail either: what fails anyway says nothing of them. Who has none is told from everybody.
 */
export function expectedNewlyFailing(
  answers: readonly SampledAnswer[],
  byFamily: ReadonlyMap<string, HostSet>,
  among: HostSet,
  { answered, failing }: Standing,
): Expectation {
  const failNow = new Set(idsOf(failing));
  const others = answers.filter(({ hostId }) => !failNow.has(hostId));
  const settled = difference(intersection(among, answered), failing);
  const known = expectedFailing(others, byFamily, settled);
  const unknown = expectedFailing(answers, byFamily, difference(among, answered));
  return {
    ...(known.sampled > 0 ? known : unknown),
    hosts: known.hosts + unknown.hosts,
    unsampled: known.unsampled + unknown.unsampled,
  };
}
