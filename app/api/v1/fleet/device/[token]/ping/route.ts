import { pingDevice } from "#lib/device/device.ts";
import { deviceParams } from "#lib/device/schema.ts";
import { route } from "#lib/http/route.ts";

export const HEAD = route(
  { summary: "My device: whether the link still works", access: "public", params: deviceParams },
  ({ params, request }) => pingDevice(request, params.token),
);
