import { z } from "zod";
import { labelPolicyJson, type modifyLabelBody } from "#lib/labels/schema.ts";
import { labelFields } from "#lib/policies/label-fields.ts";
import { createPolicyBody, modifyPolicyBody } from "#lib/policies/schema.ts";

/** What somebody is about to save: a change of a policy, or a new one of a team (null: of all). */
export const impactBody = modifyPolicyBody.omit({ expected_version: true }).extend({
  policy_id: z.int().positive().nullish(),
  team_id: z.int().min(0).nullish(),
  query: createPolicyBody.shape.query.nullish(),
  /** A run of the SQL that is about to be saved: what its hosts said is what others may say. */
  run_id: z.int().positive().nullish(),
});
export type ImpactInput = z.output<typeof impactBody>;
export type ImpactBody = z.input<typeof impactBody>;

/** Whom a policy would ask: its team and what narrows it, without its SQL. */
export const scopeBody = z.object({
  /** null: hosts of all teams. 0: those in no team. */
  team_id: z.int().min(0).nullish(),
  platform: createPolicyBody.shape.platform,
  ...labelFields,
});
export type ScopeInput = z.output<typeof scopeBody>;
export type ScopeBody = z.input<typeof scopeBody>;

const verdict = z.enum(["pass", "fail", "unknown"]);
const count = z.int();

export const scopeReply = z.object({
  /** Hosts asked, and those of which it is not known yet. */
  hosts: count,
  /** Of the team and platforms, but kept out by labels. */
  excluded: count,
});
export type ScopeJson = z.output<typeof scopeReply>;

const verdicts = z.object({
  /** At the moment of saving; hosts answer within seconds of their next check-in. */
  flips: z.array(z.object({ from: verdict, to: verdict, hosts: count })),
  basis: z.enum(["exact", "sample"]),
  judged: count,
});
export type VerdictsJson = z.output<typeof verdicts>;

const share = z.object({
  /**
   * The largest part of the hosts in scope that come in, leave, are expected to begin failing or get another
   * verdict, 0 to 1.
   */
  share: z.number(),
  /** Whether a person should be asked to type a name: it is past `impact_confirm_percent`. */
  confirm: z.boolean(),
});
export type Share = z.output<typeof share>;

export const impactJson = share.extend({
  /** Hosts asked, and those of which it is not known yet, as it is and as it would be. */
  hosts_now: count,
  hosts_after: count,
  entering: count,
  /**
   * Hosts that have answered and would be pending: of some label it is not known yet whether they are
   * members. 0 where all answers begin anew.
   */
  becoming_pending: count,
  /** Hosts that would not be asked any more, by how they stand. */
  leaving: z.object({
    hosts: count,
    pass: count,
    fail: count,
    error: count,
    stale: count,
    exempt: count,
  }),
  /** Of the policy's team and platforms, but kept out by labels. */
  excluded: count,
  /** Answers so far would not count: the SQL is another one. */
  starts_anew: z.boolean(),
  answers_lost: count,
  /** Hosts that would fail and do not fail now. */
  newly_failing: z.object({
    hosts: count,
    /** exact: no host is asked anything new. sample: from the run. unknown: nobody has run it. */
    basis: z.enum(["exact", "sample", "unknown"]),
    /** Hosts that ran it and do not fail now, and how many of them failed it. */
    sampled: count,
    sampled_failing: count,
    /** Hosts of platforms on which nobody ran it: not among `hosts`. */
    unsampled: count,
  }),
  verdicts,
  /** Webhooks that would be told of hosts, as soon as they fail or recover. */
  automations: z.array(
    z.object({
      kind: z.literal("webhook"),
      /** Where it goes: the host name of its address. */
      destination: z.string(),
      /** Failing hosts it would tell of. After new SQL also those that fail now: it begins anew. */
      hosts: count,
      basis: z.enum(["sample", "unknown"]),
      /** At most so many that fail now may be told of as recovered. */
      recovered: count,
    }),
  ),
});
export type ImpactJson = z.output<typeof impactJson>;

/** What an action on many policies would do. */
export const bulkImpactJson = share.extend({
  /** Policies that it makes a difference to. */
  policies: count,
  /** Hosts that any of these is of, and would be of. */
  hosts_now: count,
  hosts_after: count,
  entering: count,
  leaving: count,
  /** Answers, one for each host and policy, that would count no more. */
  answers_lost: count,
  verdicts,
});
export type BulkImpactJson = z.output<typeof bulkImpactJson>;

export type LabelPatchBody = z.input<typeof modifyLabelBody>;

/** What an edit of a label would do. */
export const labelImpactJson = share.extend({
  /** Hosts that are asked new SQL; what they said of the old one holds until they answer. */
  asked_anew: count,
  /** Hosts of which something else is known at once: they become members, cease to be, or nobody knows. */
  hosts: count,
  /** Policies that go by it, and whom they would ask at once. */
  policies: z.array(
    labelPolicyJson.extend({
      critical: z.boolean(),
      paused: z.boolean(),
      hosts_now: count,
      hosts_after: count,
      entering: count,
      leaving: count,
    }),
  ),
  verdicts,
});
export type LabelImpactJson = z.output<typeof labelImpactJson>;
