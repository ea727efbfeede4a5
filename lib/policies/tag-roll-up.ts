import type { Viewer } from "#lib/auth/viewer.ts";
import type { TagsJson } from "./action-schema.ts";
import { byTag, rollUp } from "./by-tag.ts";
import { allPolicies } from "./policies.ts";

/** Tags and frameworks of a list of policies, with how its hosts stand. */
export async function rollUpTags(viewer: Viewer, teamId: number | null): Promise<TagsJson> {
  return byTag(await allPolicies(viewer, teamId), rollUp);
}
