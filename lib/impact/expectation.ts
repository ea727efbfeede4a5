import { type HostSet, intersection, sizeOf } from "#lib/host-set.ts";

export interface SampledAnswer {
  hostId: number;
  platformFamily: string;
  passes: boolean;
}

export interface Expectation {
  hosts: number;
  sampled: number;
  sampledFailing: number;
}

/**
 * How many of the hosts would fail, by what a sample said: each platform by its own share, since a
 * query that fails everywhere on one often passes everywhere on another. Platforms of which
 * nobody answered are left out, so it is a lower bound.
 */
export function expectedFailing(
  answers: readonly SampledAnswer[],
  byFamily: ReadonlyMap<string, HostSet>,
  among: HostSet,
): Expectation {
  const failing = answers.filter(({ passes }) => !passes);
  let hosts = 0;
  for (const [family, set] of byFamily) {
    const sampled = answers.filter((answer) => answer.platformFamily === family).length;
    if (sampled === 0) continue;
    const share = failing.filter((answer) => answer.platformFamily === family).length / sampled;
    hosts += share * sizeOf(intersection(set, among));
  }
  return { hosts: Math.round(hosts), sampled: answers.length, sampledFailing: failing.length };
}
