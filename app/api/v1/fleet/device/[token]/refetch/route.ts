import { refetchDevice } from "#lib/device/device.ts";
import { deviceParams } from "#lib/device/schema.ts";
import { route } from "#lib/http/route.ts";

export const POST = route(
  { summary: "My device: check again", access: "public", params: deviceParams },
  ({ params, request }) => refetchDevice(request, params.token),
);
