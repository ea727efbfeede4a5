import { getDevice } from "#lib/device/device.ts";
import { deviceParams, deviceReply } from "#lib/device/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "My device: the person's machine, by the link they were given",
    access: "public",
    params: deviceParams,
    response: deviceReply,
  },
  ({ params, request }) => getDevice(request, params.token),
);
