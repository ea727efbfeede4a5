import { route } from "#lib/http/route.ts";
import { deletePolicies } from "#lib/policies/edit.ts";
import { deletedReply, deletePoliciesBody } from "#lib/policies/schema.ts";

export const POST = route(
  {
    summary: "Delete global policies, all or none",
    body: deletePoliciesBody,
    response: deletedReply,
    reply: (deleted: number[]) => (deleted.length > 0 ? { deleted } : {}),
  },
  ({ viewer, body }) => deletePolicies(viewer, null, body.ids),
);
