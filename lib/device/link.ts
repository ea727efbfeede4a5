import { transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { notFound } from "#lib/errors.ts";
import { hostScope } from "#lib/hosts/hosts.ts";
import { displayName } from "#lib/hosts/serialize.ts";
import { raiseDeviceTokenVersion, selectHostRows, selectHostTeams } from "#lib/hosts/sql.ts";
import type { Settings } from "#lib/settings/schema.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { sealDeviceToken } from "./token.ts";

/** Links made within this long of each other are equal, and so are the answers that hold them. */
const EXPIRY_STEP_SECONDS = 3_600;

export interface DeviceLink {
  url: string;
  expiresAt: Date;
  /** Links made from here on are others. */
  changesAtMs: number;
}

/**
 * A My device link of a host. It lives as long as the settings say, less what rounding the end down
 * takes: an hour, and for short-lived links half their life. `origin` is used while the settings
 * name no URL of the server.
 */
export function deviceLink(
  host: { id: number; deviceTokenVersion: number },
  settings: Settings,
  origin: string,
  nowMs: number,
): DeviceLink {
  const lifeSeconds = settings.deviceLinkSeconds;
  const step = Math.min(EXPIRY_STEP_SECONDS, Math.floor(lifeSeconds / 2));
  const expiresAtSeconds = Math.floor((nowMs / 1000 + lifeSeconds) / step) * step;
  const token = sealDeviceToken(env().serverPrivateKey, {
    hostId: host.id,
    expiresAtSeconds,
    version: host.deviceTokenVersion,
  });
  const base = (settings.serverUrl || origin).replace(/\/+$/, "");
  const changesAtMs = (expiresAtSeconds + step - lifeSeconds) * 1000;
  const expiresAt = new Date(expiresAtSeconds * 1000);
  return { url: `${base}/device/${token}`, expiresAt, changesAtMs };
}

/** The address that the client used for us, as far as proxies pass it on. */
export function requestOrigin(request: Request): string {
  return originOf(request.headers, new URL(request.url));
}

/** `url` is what the server itself knows of it. */
export function originOf(
  headers: Pick<Headers, "get">,
  url: { host: string; protocol: string },
): string {
  const host = headers.get("x-forwarded-host") ?? headers.get("host") ?? url.host;
  const protocol = headers.get("x-forwarded-proto")?.split(",")[0] ?? url.protocol.slice(0, -1);
  return `${protocol}://${host}`;
}

/** A link for the help desk to hand out. The audit log tells who made one. */
export async function createDeviceLink(
  viewer: Viewer,
  id: number,
  origin: string,
): Promise<DeviceLink> {
  const scope = await hostScope(viewer, "host:read", id);
  const [row] = await selectHostRows(database(), scope, [id]);
  if (!row) throw notFound(`Host ${id}`);
  const link = deviceLink(row.host, await readSettings(database()), origin, Date.now());
  await transaction(database(), (tx) =>
    recordActivity(tx, viewer, {
      type: "created_device_link",
      teamId: row.host.teamId,
      details: {
        host_id: id,
        host_display_name: displayName(row.host),
        expires_at: link.expiresAt.toISOString(),
      },
    }),
  );
  return link;
}

/** Ends every link to the host that was ever given out. */
export async function revokeDeviceLinks(viewer: Viewer, id: number): Promise<void> {
  await hostScope(viewer, "host:write", id);
  await transaction(database(), async (tx) => {
    const [host] = await selectHostTeams(tx, [id]);
    if (!host) throw notFound(`Host ${id}`);
    await raiseDeviceTokenVersion(tx, id);
    await recordActivity(tx, viewer, {
      type: "revoked_device_links",
      teamId: host.teamId,
      details: { host_id: id, host_display_name: displayName(host) },
    });
  });
}
