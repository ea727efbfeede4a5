import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { requestOrigin } from "#lib/device/link.ts";
import { readHostDetail } from "#lib/hosts/detail.ts";
import { findHostByIdentifier } from "#lib/hosts/hosts.ts";
import type { Asked } from "./answers.ts";
import { attestorOf } from "./attestor.ts";
import { toResponse } from "./caching.ts";
import { pageReply } from "./host-pages.ts";

export const askedBy = (request: Request): Asked => ({
  ifNoneMatch: request.headers.get("if-none-match"),
  origin: requestOrigin(request),
});

/** A host with its policies, verdict and link; cacheable as long as it passes. Never writes. */
export async function getHost(viewer: Viewer, id: number, request: Request): Promise<Response> {
  return toResponse(await attestorOf(database()).hostPages.page(viewer, id, askedBy(request)));
}

/** As getHost, by what the machine is known as; see findHostByIdentifier. */
export async function getHostByIdentifier(
  viewer: Viewer,
  identifier: string,
  request: Request,
): Promise<Response> {
  const { id, scope } = await findHostByIdentifier(viewer, identifier);
  return toResponse(pageReply(await readHostDetail(scope, id), askedBy(request)));
}

/** May the host pass? The small answer for gateways. */
export async function getAttestation(
  viewer: Viewer,
  identifier: string,
  request: Request,
): Promise<Response> {
  return toResponse(await attestorOf(database()).attest(viewer, identifier, askedBy(request)));
}
