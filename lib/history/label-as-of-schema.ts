import { z } from "zod";
import { queryNumber } from "#lib/http/list-options.ts";
import { criteriaJson, labelPolicyJson, MEMBERSHIP_TYPES } from "#lib/labels/schema.ts";
import { asOfQuery, pageThen } from "./as-of-schema.ts";

const LABELS_PER_PAGE_MAX = 200;

export const labelsThenQuery = asOfQuery.extend(pageThen(LABELS_PER_PAGE_MAX));
export type LabelsThenOptions = z.output<typeof labelsThenQuery>;

export const labelThenParams = z.object({ id: queryNumber("label id").pipe(z.number()) });
/** 0: hosts in no team. */
export const labelThenQuery = asOfQuery.extend({ team_id: queryNumber("team_id") });
export type LabelThenOptions = z.output<typeof labelThenQuery>;

const moment = z.iso.datetime();

const labelFactsThenJson = z.object({
  id: z.int(),
  name: z.string(),
  query: z.string(),
  platform: z.string(),
  label_membership_type: z.enum(MEMBERSHIP_TYPES),
  criteria: criteriaJson.nullable(),
  edited_at: moment,
  /** The label has been edited or deleted since. */
  ended_at: moment.nullable(),
});
export type LabelFactsThenJson = z.output<typeof labelFactsThenJson>;

/** Who was a member is counted label by label. */
export const labelsThenReply = z.object({
  as_of: moment,
  count: z.int(),
  labels: z.array(labelFactsThenJson),
});
export type LabelsThenJson = z.output<typeof labelsThenReply>;

export const labelThenJson = labelFactsThenJson.extend({
  host_count: z.int(),
  /** Hosts of which nobody knew yet whether they were members. */
  unknown_host_count: z.int(),
  /** Whose rules named it then. */
  policies: z.array(labelPolicyJson),
});
export type LabelThenJson = z.output<typeof labelThenJson>;
export const labelThenReply = z.object({ as_of: moment, label: labelThenJson });
export type LabelThenReplyJson = z.output<typeof labelThenReply>;
