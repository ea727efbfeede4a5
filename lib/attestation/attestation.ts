import type { TeamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { deviceLink, requestOrigin } from "#lib/device/link.ts";
import { type HostDetail, readHostDetail, serializeHostDetail } from "#lib/hosts/detail.ts";
import { findHostByIdentifier, hostScope } from "#lib/hosts/hosts.ts";
import type { HostPolicyJson } from "#lib/hosts/json.ts";
import { cacheControl, conditionalReply, weakTag } from "./caching.ts";
import type { Attestation } from "./schema.ts";

const UNPROVEN = ["pending", "stale", "error"];

const linkOf = (detail: HostDetail, request: Request) =>
  deviceLink(detail.row.host, detail.settings, requestOrigin(request), detail.now.getTime()).url;

function reply(request: Request, detail: HostDetail, body: unknown, same: unknown): Response {
  const { standing, settings, now } = detail;
  return conditionalReply(request, {
    body,
    tag: weakTag(same),
    cacheControl: cacheControl(standing, settings.passCacheSeconds, now.getTime()),
  });
}

async function replyWithHost(request: Request, scope: TeamScope, id: number): Promise<Response> {
  const detail = await readHostDetail(scope, id);
  const host = await serializeHostDetail(detail, linkOf(detail, request));
  // A contact alone changes seen_time every few seconds and nothing else.
  const { seen_time: _, ...same } = host;
  return reply(request, detail, { host }, same);
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

const named = ({ id, name, critical }: HostPolicyJson) => ({ id, name, critical });

function attestation(detail: HostDetail, myDeviceUrl: string): Attestation {
  const { policies, standing, settings } = detail;
  const gating = policies.filter((policy) => settings.gate === "all" || policy.critical);
  const times = gating.flatMap((policy) => policy.as_of ?? []).sort();
  const { validUntilMs } = standing;
  return {
    host_id: detail.row.host.id,
    verdict: standing.verdict,
    as_of: times[0] ?? null,
    valid_until: validUntilMs === null ? null : new Date(validUntilMs).toISOString(),
    failing: policies.filter((policy) => policy.state === "fail").map(named),
    unproven: gating
      .filter((policy) => UNPROVEN.includes(policy.state))
      .map((policy) => ({ ...named(policy), state: policy.state })),
    my_device_url: myDeviceUrl,
  };
}

/** May the host pass? The small answer for gateways and identity providers. Never writes. */
export async function attest(
  viewer: Viewer,
  identifier: string,
  request: Request,
): Promise<Response> {
  const { id, scope } = await findHostByIdentifier(viewer, identifier);
  const detail = await readHostDetail(scope, id);
  const body = attestation(detail, linkOf(detail, request));
  return reply(request, detail, body, body);
}
