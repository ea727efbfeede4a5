import { z } from "zod";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { listExemptions } from "#lib/exemptions/exemptions.ts";
import { exemptionFilter, exemptionListReply } from "#lib/exemptions/schema.ts";
import { requireOrderKey } from "#lib/http/list-options.ts";
import { queryMoment } from "#lib/http/moment.ts";
import { readHistoryLimits, requireKnown } from "./limits.ts";

export const exemptionsThenQuery = z
  .object({ as_of: queryMoment("as_of"), ...exemptionFilter })
  .superRefine(requireOrderKey);
type ExemptionsThenOptions = z.output<typeof exemptionsThenQuery>;

export const exemptionsThenReply = exemptionListReply.extend({ as_of: z.iso.datetime() });

/** Who was let off which policy; reasons and ends read as they were changed last. */
export async function listExemptionsThen(
  viewer: Viewer,
  { as_of: at, ...options }: ExemptionsThenOptions,
) {
  requireKnown(at, await readHistoryLimits(database()), "as_of");
  return { as_of: at.toISOString(), ...(await listExemptions(viewer, options, at)) };
}
