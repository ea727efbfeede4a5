import { z } from "zod";
import { createPolicyBody, modifyPolicyBody } from "#lib/policies/schema.ts";

/** What somebody is about to save: a change of a policy, or a new one of a team (null: of all). */
export const impactBody = modifyPolicyBody.extend({
  policy_id: z.int().positive().nullish(),
  team_id: z.int().min(0).nullish(),
  query: createPolicyBody.shape.query.nullish(),
  /** A run of the SQL that is about to be saved: what its hosts said is what others may say. */
  run_id: z.int().positive().nullish(),
});
export type ImpactInput = z.output<typeof impactBody>;
export type ImpactBody = z.input<typeof impactBody>;

const verdict = z.enum(["pass", "fail", "unknown"]);
const count = z.int();

export const impactJson = z.object({
  /** Hosts asked, and those of which it is not known yet, as it is and as it would be. */
  hosts_now: count,
  hosts_after: count,
  entering: count,
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
  newly_failing: z.object({
    hosts: count,
    /** exact: no host is asked anything new. sample: from the run. unknown: nobody has run it. */
    basis: z.enum(["exact", "sample", "unknown"]),
    sampled: count,
    sampled_failing: count,
  }),
  verdicts: z.object({
    /** At the moment of saving; hosts answer within seconds of their next check-in. */
    flips: z.array(z.object({ from: verdict, to: verdict, hosts: count })),
    basis: z.enum(["exact", "sample"]),
    judged: count,
  }),
  /** Who would be told that hosts fail, as soon as they do. */
  automations: z.array(
    z.object({
      kind: z.literal("webhook"),
      /** Where it goes: the host name of its address. */
      destination: z.string(),
      /** How many hosts it would tell of; its basis as that of newly_failing. */
      hosts: count,
      basis: z.enum(["sample", "unknown"]),
    }),
  ),
  /** The largest part of the hosts that any of it concerns, 0 to 1. */
  share: z.number(),
  /** Whether a person should be asked to type the policy's name. */
  confirm: z.boolean(),
});
export type ImpactJson = z.output<typeof impactJson>;
