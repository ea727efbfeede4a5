import { authorize, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { byTag, rollUp } from "#lib/policies/by-tag.ts";
import { readVersionFields } from "#lib/policies/version-fields.ts";
import { countedThen, EVERY_POLICY, pageMetaThen, policyPageThen } from "./as-of.ts";
import type { RollUpThenOptions, TagsThenJson } from "./roll-up-schema.ts";
import type { VersionThen } from "./then-sql.ts";

const tagsOf = ({ fields }: VersionThen) => ({ tags: readVersionFields(fields).tags ?? [] });

/**
 * Tags and frameworks that policies had: of a page of them with how the hosts stood, or without
 * counts of all of them, which is there at once.
 */
export async function rollUpTagsThen(
  viewer: Viewer,
  options: RollUpThenOptions,
): Promise<TagsThenJson> {
  const { as_of: at, team_id: teamId, without_counts: isUncounted } = options;
  if (teamId !== undefined) authorize(viewer, "policy:read", { teamId });
  const wanted = { scope: teamScope(viewer, "policy:read"), at, teamId };
  const paging = isUncounted ? EVERY_POLICY : pagingOf(options);
  const { count, versions, sets } = await policyPageThen(wanted, paging);
  const groups = isUncounted
    ? byTag(versions.map(tagsOf), (having) => ({ policies: having.length }))
    : byTag(await countedThen(versions, sets), rollUp);
  const meta = pageMetaThen(count, paging);
  return { as_of: at.toISOString(), policies_count: count, meta, ...groups };
}
