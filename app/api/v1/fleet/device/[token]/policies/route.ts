import { listDevicePolicies } from "#lib/device/device.ts";
import { deviceParams, devicePoliciesReply } from "#lib/device/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  {
    summary: "My device: what is checked, how it stands and how to fix it",
    access: "public",
    params: deviceParams,
    response: devicePoliciesReply,
    reply: (policies) => ({ policies }),
  },
  ({ params, request }) => listDevicePolicies(request, params.token),
);
