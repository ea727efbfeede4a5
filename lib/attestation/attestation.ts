import type { TeamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { deviceLink, requestOrigin } from "#lib/device/link.ts";
import { type HostDetail, readHostDetail, serializeHostDetail } from "#lib/hosts/detail.ts";
import { findHostByIdentifier, hostScope } from "#lib/hosts/hosts.ts";
import { cacheControl, conditionalReply, toResponse, weakTag } from "./caching.ts";

const linkOf = (detail: HostDetail, request: Request) =>
  deviceLink(detail.row.host, detail.settings, requestOrigin(request), detail.now.getTime()).url;

async function replyWithHost(request: Request, scope: TeamScope, id: number): Promise<Response> {
  const detail = await readHostDetail(scope, id);
  const host = await serializeHostDetail(detail, linkOf(detail, request));
  // A contact alone changes seen_time every few seconds and nothing else.
  const { seen_time: _, ...same } = host;
  const { standing, settings, now } = detail;
  return toResponse(
    conditionalReply(request.headers.get("if-none-match"), {
      json: JSON.stringify({ host }),
      tag: weakTag(same),
      cacheControl: cacheControl(standing, settings.passCacheSeconds, now.getTime()),
    }),
  );
}

/** A host with its policies, verdict and link; cacheable as long as it passes. Never writes. */
export async function getHost(viewer: Viewer, id: number, request: Request): Promise<Response> {
  return replyWithHost(request, await hostScope(viewer, "host:read", id), id);
}

/** As getHost, by what the machine is known as; see findHostByIdentifier. */
export async function getHostByIdentifier(
  viewer: Viewer,
  identifier: string,
  request: Request,
): Promise<Response> {
  const { id, scope } = await findHostByIdentifier(viewer, identifier);
  return replyWithHost(request, scope, id);
}
