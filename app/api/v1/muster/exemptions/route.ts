import { createExemption, listExemptions } from "#lib/exemptions/exemptions.ts";
import {
  createExemptionBody,
  exemptionListReply,
  exemptionReply,
  listExemptionsQuery,
} from "#lib/exemptions/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Who is let off which policy: in force, ended, or both",
    query: listExemptionsQuery,
    response: exemptionListReply,
  },
  ({ viewer, query }) => listExemptions(viewer, query),
);

export const POST = route(
  {
    summary: "Let a host, a label's members or a team off a policy until a time",
    body: createExemptionBody,
    response: exemptionReply,
    reply: (exemption) => ({ exemption }),
  },
  ({ viewer, body }) => createExemption(viewer, body),
);
