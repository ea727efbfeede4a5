import { createDeviceLink, requestOrigin } from "#lib/device/link.ts";
import { deviceUrlReply } from "#lib/device/schema.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "Make a My device link for the person at a host; an activity tells who did",
    params: hostParams,
    response: deviceUrlReply,
  },
  async ({ viewer, params, request }) => {
    const { url } = await createDeviceLink(viewer, params.id, requestOrigin(request));
    return { host_id: params.id, device_url: url };
  },
);
