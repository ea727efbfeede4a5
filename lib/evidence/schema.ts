import { z } from "zod";
import { queryNumber } from "#lib/http/list-options.ts";
import { queryMoment } from "#lib/http/moment.ts";

const POLICY_IDS_MAX = 1_000;
export const FORMATS = ["csv", "jsonl", "html"] as const;
export const PARTS = ["answers", "revisions", "exemptions", "verdicts"] as const;

const policyIds = z
  .string()
  .regex(/^\d{1,10}(,\d{1,10})*$/, "policy_ids must be ids with commas between them")
  .transform((list) => [...new Set(list.split(",").map(Number))])
  .refine((ids) => ids.length <= POLICY_IDS_MAX, `policy_ids may be ${POLICY_IDS_MAX} at most`)
  .optional();

export const evidenceQuery = z
  .object({
    from: queryMoment("from"),
    to: queryMoment("to"),
    format: z.enum(FORMATS, `format must be one of ${FORMATS.join(", ")}`).default("csv"),
    /** Of CSV, which has one kind of rows a file. */
    part: z.enum(PARTS, `part must be one of ${PARTS.join(", ")}`).default("answers"),
    /** Absent: every team that the viewer sees. 0: hosts in no team. */
    team_id: queryNumber("team_id"),
    tag: z.string().max(255).optional(),
    policy_ids: policyIds,
  })
  .refine(({ from, to }) => from < to, { error: "from must be before to" });
export type EvidenceOptions = z.output<typeof evidenceQuery>;
