import { getDeviceDesktop } from "#lib/device/device.ts";
import { deviceDesktopReply, deviceParams } from "#lib/device/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "My device: what a tray icon shows",
    access: "public",
    params: deviceParams,
    response: deviceDesktopReply,
  },
  ({ params, request }) => getDeviceDesktop(request, params.token),
);
