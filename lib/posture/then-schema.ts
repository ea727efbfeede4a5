import { z } from "zod";
import { rollUpPageJson } from "#lib/history/roll-up-schema.ts";
import { postureReply, worstPolicyJson } from "./schema.ts";

/** A team's name is not kept. */
const worstThenJson = worstPolicyJson.omit({ team_name: true });
export type WorstThenJson = z.output<typeof worstThenJson>;

export const postureThenReply = z.object({
  ...rollUpPageJson,
  hosts_count: z.int(),
  /** Families, the largest first; "": hosts that had not said theirs. */
  platforms: z.array(z.object({ platform: z.string(), hosts_count: z.int() })),
  /** Hosts, all of them in one; null: verdicts were not kept yet. */
  verdicts: z
    .object({
      pass: z.int(),
      fail: z.int(),
      unknown: z.int(),
      /** Nobody wrote one down. */
      not_kept: z.int(),
    })
    .nullable(),
  /** Of the page of policies, as is worst_policies; neither when asked to be without counts. */
  answers: postureReply.shape.answers.extend({ exempt: z.int(), pending: z.int() }).optional(),
  worst_policies: z.array(worstThenJson).optional(),
});
export type PostureThenJson = z.output<typeof postureThenReply>;
