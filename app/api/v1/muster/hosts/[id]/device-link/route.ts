import { createDeviceLink, type DeviceLink, requestOrigin } from "#lib/device/link.ts";
import { deviceLinkReply } from "#lib/device/schema.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  {
    summary: "Make a My device link for the person at a host",
    params: hostParams,
    response: deviceLinkReply,
    reply: (link: DeviceLink) => ({ url: link.url, expires_at: link.expiresAt.toISOString() }),
  },
  ({ viewer, params, request }) => createDeviceLink(viewer, params.id, requestOrigin(request)),
);
