import { route } from "#lib/http/route.ts";
import { requireLiveQueries } from "#lib/runs/runs.ts";
import { emptyReply } from "#lib/users/schema.ts";

export const GET = route(
  { summary: "Whether live queries can be run", response: emptyReply },
  ({ viewer }) => requireLiveQueries(viewer),
);
