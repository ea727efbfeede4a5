import { getHostHealth } from "#lib/hosts/health.ts";
import { hostHealthReply } from "#lib/hosts/json.ts";
import { hostParams } from "#lib/hosts/schema.ts";
import { route } from "#lib/http/route.ts";

export const GET = route(
  { summary: "A host's health in few words", params: hostParams, response: hostHealthReply },
  ({ viewer, params }) => getHostHealth(viewer, params.id),
);
