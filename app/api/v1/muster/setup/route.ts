import { route } from "#lib/http/route.ts";
import { setupStateReply } from "#lib/setup/schema.ts";
import { getSetupState } from "#lib/setup/setup.ts";

export const GET = route(
  {
    summary: "Whether the server is set up, and whose it is",
    access: "public",
    beforeSetup: true,
    response: setupStateReply,
  },
  getSetupState,
);
