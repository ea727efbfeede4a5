import { z } from "zod";
import { listOptions, orNothing, queryNumber, requireOrderKey } from "#lib/http/list-options.ts";

const REASON_CHARACTERS_MAX = 1_000;
/** Whoever lets a host off for longer should have to say again that it is still right. */
export const EXEMPTION_DAYS_MAX = 366;
const DAY_MS = 86_400_000;

const reason = z
  .string("an exemption needs a reason")
  .transform((text) => text.trim())
  .pipe(
    z
      .string()
      .min(1, "an exemption needs a reason")
      .max(REASON_CHARACTERS_MAX, `a reason may have ${REASON_CHARACTERS_MAX} characters at most`),
  );

const time = (field: string) =>
  z.iso
    .datetime({ offset: true, error: `${field} must be a time such as 2027-01-31T12:00:00Z` })
    .transform((text) => new Date(text));

const expiresAt = time("expires_at").superRefine((at, context) => {
  const days = (at.getTime() - Date.now()) / DAY_MS;
  if (days <= 0) context.addIssue({ code: "custom", message: "expires_at must be in the future" });
  else if (days > EXEMPTION_DAYS_MAX) {
    const message = `an exemption may last ${EXEMPTION_DAYS_MAX} days at most`;
    context.addIssue({ code: "custom", message });
  }
});

const target = {
  host_id: z.int().positive().nullish(),
  label_id: z.int().positive().nullish(),
  /** 0: the hosts in no team. */
  team_id: z.int().min(0).nullish(),
};

/** remind_at: absent is a week before the end where it lasts longer than that; null is never. */
export const createExemptionBody = z
  .object({
    policy_id: z.int("policy_id must be the number of a policy").positive(),
    ...target,
    reason,
    expires_at: expiresAt,
    remind_at: time("remind_at").nullish(),
  })
  .superRefine((body, context) => {
    const given = [body.host_id, body.label_id, body.team_id].filter((id) => id != null);
    if (given.length !== 1) {
      const message = "say whom it lets off: exactly one of host_id, label_id and team_id";
      context.addIssue({ code: "custom", message });
    }
    if (body.remind_at && body.remind_at >= body.expires_at) {
      const message = "remind_at must be before expires_at";
      context.addIssue({ code: "custom", path: ["remind_at"], message });
    }
  });
export type NewExemption = z.input<typeof createExemptionBody>;
export type ExemptionInput = z.output<typeof createExemptionBody>;

export const modifyExemptionBody = z.object({
  reason: reason.optional(),
  expires_at: expiresAt.optional(),
  remind_at: time("remind_at").nullable().optional(),
});
export type ExemptionPatch = z.output<typeof modifyExemptionBody>;

const ORDER_KEYS = ["expires_at", "created_at", "policy_name"] as const;
export type ExemptionOrderKey = (typeof ORDER_KEYS)[number];

/** ending: those in force that end within ENDS_SOON_DAYS. */
export const EXEMPTION_STATES = ["live", "ending", "ended", "all"] as const;
export type ExemptionState = (typeof EXEMPTION_STATES)[number];
/** Time enough to look whether the reason still holds. */
export const ENDS_SOON_DAYS = 7;

export const exemptionFilter = {
  ...listOptions(ORDER_KEYS),
  policy_id: queryNumber("policy_id"),
  host_id: queryNumber("host_id"),
  /** What lets hosts of a team off: from its own policies, or from those of all teams. 0: no team. */
  team_id: queryNumber("team_id"),
  state: orNothing(
    z.enum(EXEMPTION_STATES),
    (given) => `unknown state: ${given}: use one of ${EXEMPTION_STATES.join(", ")}`,
  ),
};

export const listExemptionsQuery = z.object(exemptionFilter).superRefine(requireOrderKey);
export type ExemptionListOptions = z.output<typeof listExemptionsQuery>;

export const exemptionParams = z.object({
  id: queryNumber("exemption id").pipe(z.number()),
});

const moment = z.iso.datetime();

export const exemptionJson = z.object({
  id: z.int(),
  policy_id: z.int(),
  policy_name: z.string(),
  /** Of the policy. null: all teams. 0: hosts in no team. */
  policy_team_id: z.int().nullable(),
  /** Who is let off. */
  target: z.object({ type: z.enum(["host", "label", "team"]), id: z.int(), name: z.string() }),
  reason: z.string(),
  author_id: z.int().nullable(),
  author_name: z.string(),
  created_at: moment,
  expires_at: moment,
  remind_at: moment.nullable(),
  /** When it ended, by itself or by a person; null while it is in force. */
  ended_at: moment.nullable(),
  /** Who ended it before its time. */
  ended_by: z.string().nullable(),
});
export type ExemptionJson = z.output<typeof exemptionJson>;

export const exemptionReply = z.object({ exemption: exemptionJson });
export const exemptionListReply = z.object({
  exemptions: z.array(exemptionJson),
  count: z.int(),
  meta: z.object({ has_next_results: z.boolean(), has_previous_results: z.boolean() }),
});
