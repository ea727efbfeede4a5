import { and, inArray, or, type SQL } from "drizzle-orm";
import type { Executor } from "#db/client.ts";
import { hosts } from "#db/schema/hosts.ts";
import { inScope, type TeamScope } from "#lib/auth/permissions.ts";
import { badRequest, invalid, notFound } from "#lib/errors.ts";
import { type HostSet, idsOf, intersection, setOf, sizeOf, union } from "#lib/host-set.ts";
import { isOfPlatform, isOfTeam } from "#lib/hosts/conditions.ts";
import { onlineHosts } from "#lib/hosts/selection.ts";
import { selectHostSet } from "#lib/hosts/sql.ts";
import { readLabelSets } from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import { PLATFORMS } from "#lib/osquery/platform.ts";
import { HOSTS_MAX } from "./limits.ts";
import type { RunTargets } from "./schema.ts";

export interface ChosenHosts {
  hosts: HostSet;
  online: HostSet;
}

/**
 * The hosts that targets mean, as far as the scope has them, and those of them in contact. Known
 * members of labels alone: who has not answered a label is in it for nobody.
 */
export async function chooseHosts(
  executor: Executor,
  scope: TeamScope,
  targets: RunTargets,
  now: Date,
): Promise<ChosenHosts> {
  const isSample = typeof targets.sample_per_platform === "number";
  const isNarrowed = targets.label_ids.length + targets.team_ids.length > 0;
  if (!isSample && !isNarrowed && targets.host_ids.length === 0) {
    throw badRequest("no hosts targeted");
  }
  const [visible, online, pool, named] = await Promise.all([
    selectHostSet(executor, visibleHosts(scope, targets)),
    onlineHosts(executor, now),
    isNarrowed ? poolOf(executor, targets) : undefined,
    namedHosts(executor, targets.host_ids),
  ]);
  const others = isNarrowed || isSample ? intersection(pool ?? visible, visible) : NOBODY;
  const sampled =
    typeof targets.sample_per_platform === "number"
      ? await sampleOf(executor, intersection(others, online), targets.sample_per_platform)
      : others;
  const chosen = union(intersection(named, visible), sampled);
  return { hosts: chosen, online: intersection(chosen, online) };
}

const NOBODY: HostSet = Buffer.alloc(0);

function visibleHosts(scope: TeamScope, { platforms }: RunTargets): SQL | undefined {
  return and(
    inScope(scope, hosts.teamId),
    platforms.length > 0 ? or(...platforms.map(isOfPlatform)) : undefined,
  );
}

const namedHosts = async (executor: Executor, ids: readonly number[]): Promise<HostSet> =>
  ids.length > 0 ? selectHostSet(executor, inArray(hosts.id, [...ids])) : NOBODY;

/** Hosts of the labels and of the teams. */
async function poolOf(executor: Executor, targets: RunTargets): Promise<HostSet> {
  const labels = await selectLabelsById(executor, targets.label_ids);
  const missing = targets.label_ids.filter((id) => !labels.some((label) => label.id === id));
  if (missing.length > 0) throw notFound(`Label ${missing.join(", ")}`);
  const members = [...(await readLabelSets(executor, labels)).values()].map((sets) => sets.members);
  const teams =
    targets.team_ids.length > 0
      ? await selectHostSet(executor, or(...targets.team_ids.map(isOfTeam)))
      : NOBODY;
  return members.reduce(union, teams);
}

/** So many of each platform, at random: the first ones enrolled are the oldest machines. */
async function sampleOf(executor: Executor, among: HostSet, count: number): Promise<HostSet> {
  const families = await Promise.all(
    PLATFORMS.map((platform) => selectHostSet(executor, isOfPlatform(platform))),
  );
  return families.map((family) => someOf(intersection(among, family), count)).reduce(union, NOBODY);
}

function someOf(set: HostSet, count: number): HostSet {
  const ids = idsOf(set);
  for (let at = 0; at < Math.min(count, ids.length); at++) {
    const other = at + Math.floor(Math.random() * (ids.length - at));
    [ids[at], ids[other]] = [ids[other] ?? 0, ids[at] ?? 0];
  }
  return setOf(ids.slice(0, count));
}

/** Throws unless a run may have so many. */
export function requireBoundedHosts(chosen: ChosenHosts): void {
  const count = sizeOf(chosen.hosts);
  if (count === 0) {
    throw badRequest(
      "no hosts targeted: none of those chosen exists, is in contact as a sample wants, and is of a team you may query",
    );
  }
  if (count > HOSTS_MAX) {
    throw invalid(
      "targets",
      `${count} hosts are more than a run may have (${HOSTS_MAX}): choose fewer, or a sample per platform`,
    );
  }
}
