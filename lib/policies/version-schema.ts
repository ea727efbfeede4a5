import { z } from "zod";
import { listOptions, queryNumber } from "#lib/http/list-options.ts";
import { labelListsJson } from "./label-fields.ts";
import { expectedVersion, policyParams, reason } from "./schema.ts";

const moment = z.iso.datetime();
/** null where the viewer may not see all the hosts that were counted. */
const hostCount = z.int().nullable();
const fields = z.record(z.string(), z.unknown());

const { page, per_page } = listOptions(["version"]);
export const listVersionsQuery = z.object({ page, per_page });

export const versionParams = policyParams.extend({
  version: queryNumber("revision").pipe(z.number()),
});

/** Why the policy is changed. */
export const reasonBody = z.object({ reason });

export const restoreBody = reasonBody.extend({ expected_version: expectedVersion });
export type Restoring = z.output<typeof restoreBody>;

export const versionJson = z.object({
  version: z.int(),
  /** The policy's revision at the time: equal ones share their answers. */
  revision: z.int(),
  name: z.string(),
  team_id: z.int().nullable(),
  query: z.string(),
  description: z.string(),
  resolution: z.string(),
  platform: z.string(),
  critical: z.boolean(),
  interval: z.int().nullable(),
  tags: z.array(z.string()),
  ...labelListsJson,
  paused: z.boolean(),
  author_id: z.int().nullable(),
  author_name: z.string(),
  reason: z.string(),
  created_at: moment,
  /** null: in force. */
  ended_at: moment.nullable(),
  /** Live while in force, then as they were when it ended. */
  passing_host_count: hostCount,
  failing_host_count: hostCount,
  error_host_count: hostCount,
  stale_host_count: hostCount,
  exempt_host_count: hostCount,
  /** Passing among those that passed or failed, 0 to 1. */
  pass_rate: z.number().nullable(),
  /** What differs from the version before, as it was and as it is; empty in the first. */
  before: fields,
  after: fields,
});
export type VersionJson = z.output<typeof versionJson>;

export const versionReply = z.object({ revision: versionJson });
export const versionListReply = z.object({
  revisions: z.array(versionJson),
  meta: z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() }),
});
