import type { Viewer } from "#lib/auth/viewer.ts";
import { countedThen, pageMetaThen, policyPageThen } from "#lib/history/as-of.ts";
import { selectFamiliesThen } from "#lib/history/labels-sql.ts";
import { isFull } from "#lib/history/limits.ts";
import type { RollUpThenOptions } from "#lib/history/roll-up-schema.ts";
import { VERDICTS_THEN } from "#lib/history/states.ts";
import { selectVerdictSetsThen } from "#lib/history/verdicts-sql.ts";
import { difference, type HostSet, intersection, sizeOf, union } from "#lib/host-set.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { listDatabase } from "#lib/replica/replica.ts";
import { scopeOf } from "./posture.ts";
import type { PostureThenJson } from "./then-schema.ts";
import { answersThen, worstThen } from "./worst.ts";

/** How the fleet stood at a moment: its hosts, and a page of its policies counted. */
export async function getPostureThen(
  viewer: Viewer,
  options: RollUpThenOptions,
): Promise<PostureThenJson> {
  const { as_of: at, team_id: teamId } = options;
  const wanted = { scope: scopeOf(viewer, { teamId }), at, teamId };
  const paging = pagingOf(options);
  const { limits, count, versions, sets } = await policyPageThen(wanted, paging);
  const db = await listDatabase();
  const [families, verdicts] = await Promise.all([
    selectFamiliesThen(db, wanted),
    isFull(at, limits) ? selectVerdictSetsThen(db, VERDICTS_THEN, at) : null,
  ]);
  const hosts = [...families.values()].reduce(union, Buffer.alloc(0));
  const policies = options.without_counts ? undefined : await countedThen(versions, sets);
  return {
    as_of: at.toISOString(),
    hosts_count: sizeOf(hosts),
    platforms: [...families]
      .map(([platform, set]) => ({ platform, hosts_count: sizeOf(set) }))
      .sort((a, b) => b.hosts_count - a.hosts_count),
    verdicts: verdicts && verdictCounts(hosts, verdicts),
    policies_count: count,
    answers: policies && answersThen(policies),
    worst_policies: policies && worstThen(policies),
    meta: pageMetaThen(count, paging),
  };
}

function verdictCounts(
  hosts: HostSet,
  { pass, fail, unknown }: Record<(typeof VERDICTS_THEN)[number], HostSet>,
) {
  return {
    pass: sizeOf(intersection(hosts, pass)),
    fail: sizeOf(intersection(hosts, fail)),
    unknown: sizeOf(intersection(hosts, unknown)),
    not_kept: sizeOf(difference(hosts, [pass, fail, unknown].reduce(union))),
  };
}
