import { route } from "#lib/http/route.ts";
import { applyRoleSpecs } from "#lib/users/role-specs.ts";
import { emptyReply, rolesSpecBody } from "#lib/users/schema.ts";

export const POST = route(
  {
    summary: "Set the roles of users by e-mail address",
    body: rolesSpecBody,
    response: emptyReply,
  },
  ({ viewer, body }) => applyRoleSpecs(viewer, body.spec),
);
