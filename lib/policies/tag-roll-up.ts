import type { Viewer } from "#lib/auth/viewer.ts";
import type { RollUp, TagsJson } from "./action-schema.ts";
import { allPolicies } from "./policies.ts";
import type { PolicyJson } from "./schema.ts";
import { controlOf } from "./tags.ts";
import { passRate } from "./version-serialize.ts";

function rollUp(policies: readonly PolicyJson[]): RollUp {
  const sum = (key: keyof PolicyJson & keyof RollUp) =>
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

/** Policies by what `keysOf` says of them; one with several is in each, once. */
function grouped(policies: readonly PolicyJson[], keysOf: (policy: PolicyJson) => string[]) {
  const groups = new Map<string, PolicyJson[]>();
  for (const policy of policies) {
    for (const key of new Set(keysOf(policy))) {
      groups.set(key, [...(groups.get(key) ?? []), policy]);
    }
  }
  const collator = new Intl.Collator("en", { numeric: true });
  return [...groups].sort(([a], [b]) => collator.compare(a, b));
}

const frameworksOf = ({ tags }: PolicyJson) =>
  tags.flatMap((tag) => controlOf(tag)?.framework ?? []);

/**
 * Tags and frameworks of a list of policies, with how its hosts stand. A policy with two controls
 * of a framework counts once there.
 */
export async function rollUpTags(viewer: Viewer, teamId: number | null): Promise<TagsJson> {
  const policies = await allPolicies(viewer, teamId);
  const tags = grouped(policies, (policy) => policy.tags).map(([tag, having]) => ({
    tag,
    framework: controlOf(tag)?.framework ?? null,
    control: controlOf(tag)?.control ?? null,
    ...rollUp(having),
  }));
  const frameworks = grouped(policies, frameworksOf).map(([framework, having]) => ({
    framework,
    controls: tags.filter((tag) => tag.framework === framework).length,
    ...rollUp(having),
  }));
  return { tags, frameworks };
}
