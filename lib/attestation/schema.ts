import { z } from "zod";
import { verdict } from "#lib/hosts/json.ts";
import { STATES } from "#lib/membership/status.ts";

const moment = z.iso.datetime();
const named = z.object({ id: z.int(), name: z.string(), critical: z.boolean() });

/** The answer to "may it pass?", for gateways and identity providers. */
export const attestationReply = z.object({
  host_id: z.int(),
  verdict,
  /** The oldest answer that the verdict rests on; null when it rests on none. */
  as_of: moment.nullable(),
  /** When the first of these answers turns stale; null when there is none. */
  valid_until: moment.nullable(),
  /** Failing policies, gating or not. */
  failing: z.array(named),
  /** Gating policies without a fresh answer: why a verdict is unknown. */
  unproven: z.array(named.extend({ state: z.enum(STATES) })),
  my_device_url: z.string(),
});
export type Attestation = z.output<typeof attestationReply>;
