import { headers } from "next/headers";
import { cache } from "react";
import { requestToken, viewerOf } from "./authenticate.ts";
import type { UserViewer } from "./viewer.ts";

/** Who looks at the page being rendered; undefined when nobody is signed in. Once per request. */
export const currentViewer = cache(async (): Promise<UserViewer | undefined> => {
  return viewerOf(requestToken(await headers()));
});
