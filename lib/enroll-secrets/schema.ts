import { z } from "zod";

export const SECRETS_MAX = 50;
/** Shorter ones are guessed: whoever has a secret can add hosts. */
export const SECRET_CHARACTERS_MIN = 12;
const SECRET_CHARACTERS_MAX = 255;
/** How long both secrets may work: a month covers laptops on holiday. */
const OVERLAP_HOURS_MAX = 31 * 24;
const OVERLAP_HOURS_DEFAULT = 24;

const secretText = z
  .string("secret must be present")
  .trim()
  .min(SECRET_CHARACTERS_MIN, `An enroll secret needs ${SECRET_CHARACTERS_MIN} characters or more`)
  .max(SECRET_CHARACTERS_MAX, `An enroll secret may have ${SECRET_CHARACTERS_MAX} characters`);

export const secretList = z
  .array(z.object({ secret: secretText }), "secrets must be a list")
  .max(SECRETS_MAX, `A team may have ${SECRETS_MAX} enroll secrets at most`);

export const secretsBody = z.object({ secrets: secretList });
export const secretSpecBody = z.object({ spec: z.object({ secrets: secretList }) });

export const rotateBody = z.object({
  /** null or absent: the global secret, which enrolls hosts into no team. */
  team_id: z.number().int().positive().nullish(),
  /** How long the present secrets still work; 0 ends them at once. */
  overlap_hours: z.number().int().min(0).max(OVERLAP_HOURS_MAX).default(OVERLAP_HOURS_DEFAULT),
});

export const secretJson = z.object({
  secret: z.string(),
  created_at: z.iso.datetime(),
  team_id: z.number().int().nullable(),
  /** Set when the secret was rotated out. */
  expires_at: z.iso.datetime().nullable(),
});
export type SecretJson = z.output<typeof secretJson>;

export const secretsReply = z.object({ secrets: z.array(secretJson) });
export const secretSpecReply = z.object({ spec: secretsReply });
