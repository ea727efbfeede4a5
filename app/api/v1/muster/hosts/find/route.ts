import { route } from "#lib/http/route.ts";
import { findHosts, serializeFound } from "#lib/labels/find-hosts.ts";
import { findHostsBody, foundHostsReply } from "#lib/labels/schema.ts";

export const POST = route(
  {
    summary: "Which hosts go by some names, serial numbers or UUIDs, and which nobody goes by",
    body: findHostsBody,
    response: foundHostsReply,
    reply: serializeFound,
  },
  ({ viewer, body }) => findHosts(viewer, body.hosts),
);
