import { revokeDeviceLinks } from "#lib/device/link.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  { summary: "End every My device link of a host", params: hostParams },
  ({ viewer, params }) => revokeDeviceLinks(viewer, params.id),
);
