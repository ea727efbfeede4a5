import { endExemption, getExemption, modifyExemption } from "#lib/exemptions/exemptions.ts";
import { exemptionParams, exemptionReply, modifyExemptionBody } from "#lib/exemptions/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "An exemption",
    params: exemptionParams,
    response: exemptionReply,
    reply: (exemption) => ({ exemption }),
  },
  ({ viewer, params }) => getExemption(viewer, params.id),
);

export const PATCH = route(
  {
    summary: "Change the reason, end or reminder of an exemption in force",
    params: exemptionParams,
    body: modifyExemptionBody,
    response: exemptionReply,
    reply: (exemption) => ({ exemption }),
  },
  ({ viewer, params, body }) => modifyExemption(viewer, params.id, body),
);

export const DELETE = route(
  {
    summary: "End an exemption now; its record stays",
    params: exemptionParams,
    response: exemptionReply,
    reply: (exemption) => ({ exemption }),
  },
  ({ viewer, params }) => endExemption(viewer, params.id),
);
