import type { RollUp } from "./action-schema.ts";
import { passRate } from "./pass-rate.ts";
import { controlOf } from "./tags.ts";

export type CountedPolicy = Omit<RollUp, "policies" | "pass_rate"> & { tags: readonly string[] };

/** How the hosts stand on some policies together. */
export function rollUp(policies: readonly CountedPolicy[]): RollUp {
  const sum = (key: Exclude<keyof CountedPolicy, "tags">) =>
    policies.reduce((total, policy) => total + policy[key], 0);
  const passing = sum("passing_host_count");
  const failing = sum("failing_host_count");
  return {
    policies: policies.length,
    passing_host_count: passing,
    failing_host_count: failing,
    error_host_count: sum("error_host_count"),
    stale_host_count: sum("stale_host_count"),
    exempt_host_count: sum("exempt_host_count"),
    pending_host_count: sum("pending_host_count"),
    pass_rate: passRate({ passing, failing }),
  };
}

interface Tagged {
  tags: readonly string[];
}

/** Policies by what `keysOf` says of them; one with several is in each, once. */
function grouped<P extends Tagged>(policies: readonly P[], keysOf: (policy: P) => string[]) {
  const groups = new Map<string, P[]>();
  for (const policy of policies) {
    for (const key of new Set(keysOf(policy))) {
      groups.set(key, [...(groups.get(key) ?? []), policy]);
    }
  }
  const collator = new Intl.Collator("en", { numeric: true });
  return [...groups].sort(([a], [b]) => collator.compare(a, b));
}

const frameworksOf = ({ tags }: Tagged) => tags.flatMap((tag) => controlOf(tag)?.framework ?? []);

/**
 * Tags and frameworks of policies, each with what `say` says of those that have it. A policy with
 * two controls of a framework counts once there.
 */
export function byTag<P extends Tagged, Said extends object>(
  policies: readonly P[],
  say: (having: readonly P[]) => Said,
) {
  const tags = grouped(policies, (policy) => [...policy.tags]).map(([tag, having]) => ({
    tag,
    framework: controlOf(tag)?.framework ?? null,
    control: controlOf(tag)?.control ?? null,
    ...say(having),
  }));
  const frameworks = grouped(policies, frameworksOf).map(([framework, having]) => ({
    framework,
    controls: tags.filter((tag) => tag.framework === framework).length,
    ...say(having),
  }));
  return { tags, frameworks };
}
