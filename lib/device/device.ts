import type { z } from "zod";
import { teamScope } from "#lib/auth/permissions.ts";
import { SYSTEM, type SystemViewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";
import { type HostDetail, readHostDetail } from "#lib/hosts/detail.ts";
import { requestRefetch } from "#lib/hosts/manage.ts";
import { serializeHost } from "#lib/hosts/serialize.ts";
import { selectHostRows } from "#lib/hosts/sql.ts";
import { clientAddress } from "#lib/http/client-address.ts";
import { countFailure } from "./failures.ts";
import {
  type DeviceHostJson,
  type DevicePolicyJson,
  type DeviceReply,
  type deviceDesktopReply,
  deviceHostJson,
  devicePolicyJson,
} from "./schema.ts";
import { type DeviceToken, openDeviceToken } from "./token.ts";

/** Who acts on My device, for the audit log: we know the machine and not the person. */
const PERSON: SystemViewer = { kind: "system", name: "My device" };

/** Told to Fleet Desktop, which asks before it uses anything. */
export const CAPABILITIES = { "X-Fleet-Capabilities": "token_rotation" };

/** The link is the permission, and it is for one host: reads below name that host and no other. */
const scope = () => teamScope(SYSTEM, "host:read");

async function isValid(token: DeviceToken, nowMs: number): Promise<boolean> {
  if (token.expiresAtSeconds * 1000 <= nowMs) return false;
  const [row] = await selectHostRows(database(), scope(), [token.hostId]);
  return row?.host.deviceTokenVersion === token.version;
}

/** The contents of a live link. Throws `unauthenticated` for one that is wrong, over or revoked. */
export async function authenticateDevice(request: Request, text: string): Promise<DeviceToken> {
  const nowMs = Date.now();
  const token = openDeviceToken(env().serverPrivateKey, text);
  if (token && (await isValid(token, nowMs))) return token;
  countFailure(clientAddress(request.headers), nowMs);
  throw new AppError("unauthenticated", "Authentication required");
}

const policiesOf = (detail: HostDetail): DevicePolicyJson[] =>
  detail.policies.map((policy) => devicePolicyJson.parse(policy));

/** Of the host's JSON, the keys that My device shows; parsing drops all others. */
function hostOf(detail: HostDetail): DeviceHostJson {
  const host = serializeHost(detail.row, detail.now.getTime(), detail.standing);
  return deviceHostJson.parse({ ...host, policies: policiesOf(detail) });
}

/** The person's machine: what it is, how it stands, how to mend it. */
export async function getDevice(request: Request, text: string): Promise<DeviceReply> {
  const token = await authenticateDevice(request, text);
  const detail = await readHostDetail(scope(), token.hostId);
  const { settings } = detail;
  return {
    host: hostOf(detail),
    self_service: false,
    org_name: settings.orgName,
    org_logo_url: settings.orgLogoUrl,
    org_logo_url_light_background: settings.orgLogoUrl,
    org_contact_url: settings.contactUrl,
    license: { tier: "premium" },
    global_config: {
      mdm: { enabled_and_configured: false },
      features: { enable_software_inventory: false },
    },
    link_expires_at: new Date(token.expiresAtSeconds * 1000).toISOString(),
  };
}

export async function listDevicePolicies(
  request: Request,
  text: string,
): Promise<DevicePolicyJson[]> {
  const { hostId } = await authenticateDevice(request, text);
  return policiesOf(await readHostDetail(scope(), hostId));
}

/** "Check again": the host runs everything at its next check-in. */
export async function refetchDevice(request: Request, text: string): Promise<void> {
  const { hostId } = await authenticateDevice(request, text);
  await requestRefetch(PERSON, hostId, "my_device");
}

/** What a tray icon shows. */
export async function getDeviceDesktop(
  request: Request,
  text: string,
): Promise<z.output<typeof deviceDesktopReply>> {
  const { hostId } = await authenticateDevice(request, text);
  const { settings, standing } = await readHostDetail(scope(), hostId);
  return {
    failing_policies_count: standing.failingCount,
    self_service: false,
    notifications: {},
    config: {
      org_info: {
        org_name: settings.orgName,
        org_logo_url: settings.orgLogoUrl,
        org_logo_url_light_background: settings.orgLogoUrl,
        contact_url: settings.contactUrl,
      },
      mdm: { macos_migration: { mode: "" } },
    },
  };
}

/** 200 while the link works. */
export async function pingDevice(request: Request, text: string): Promise<Response> {
  await authenticateDevice(request, text);
  return new Response(null, { headers: { ...CAPABILITIES, "Cache-Control": "no-store" } });
}
