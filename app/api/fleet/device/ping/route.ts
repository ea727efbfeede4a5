import { CAPABILITIES } from "#lib/device/device.ts";
import { route } from "#lib/http/route.ts";

export const HEAD = route(
  {
    summary: "Whether this server has My device",
    access: "public",
    headers: () => CAPABILITIES,
  },
  async () => ({}),
);
