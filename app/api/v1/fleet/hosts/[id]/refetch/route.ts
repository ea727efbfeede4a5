import { refetchHost } from "#lib/hosts/manage.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  { summary: "Ask a host for everything at its next check-in", params: hostParams },
  ({ viewer, params }) => refetchHost(viewer, params.id),
);
