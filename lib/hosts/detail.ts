import type { TeamScope } from "#lib/auth/permissions.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { notFound } from "#lib/errors.ts";
import { readCard } from "#lib/membership/card.ts";
import { selectMemberships } from "#lib/membership/sql.ts";
import { type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import type { Settings } from "#lib/settings/schema.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { hostPolicies, judged } from "./host-policies.ts";
import type { HostDetailJson, HostPolicyJson } from "./json.ts";
import { serializeHost } from "./serialize.ts";
import { type HostRow, selectHostPolicies, selectHostRows, selectInventory } from "./sql.ts";

/** Everything about one host at one moment, computed and not looked up. */
export interface HostDetail {
  row: HostRow;
  policies: HostPolicyJson[];
  standing: HostStanding;
  settings: Settings;
  now: Date;
}

/** Throws `not_found` for a host that is gone or out of scope. */
export async function readHostDetail(scope: TeamScope, id: number): Promise<HostDetail> {
  const [[row], rows, settings] = await Promise.all([
    selectHostRows(database(), scope, [id]),
    selectHostPolicies(database(), scope),
    readSettings(database()),
  ]);
  if (!row) throw notFound(`Host ${id}`);
  const policyIds = rows.map(({ policy }) => policy.id);
  const memberships =
    policyIds.length > 0 ? await selectMemberships(database(), [id], policyIds) : [];
  const { teamId, platformFamily, createdAt } = row.host;
  const host = { teamId, platformFamily, createdAt };
  const card = readCard(row.agent?.card ?? null);
  const interval = env().policyUpdateIntervalSeconds;
  const nowMs = row.readAt.getTime();
  return {
    row,
    settings,
    now: row.readAt,
    policies: hostPolicies(rows, host, card, memberships, interval, nowMs),
    standing: judgeHost(
      rows.map((policy) => judged(policy, interval)),
      host,
      card,
      settings.gate,
      nowMs,
    ),
  };
}

/** The host object of its own page: the list's, its policies, its inventory and its evidence. */
export async function serializeHostDetail(
  detail: HostDetail,
  myDeviceUrl: string,
): Promise<HostDetailJson> {
  const { row, standing } = detail;
  const [inventory] = await selectInventory(database(), [row.host.id]);
  const { validUntilMs } = standing;
  return {
    ...serializeHost(row, detail.now.getTime(), standing),
    policies: detail.policies,
    users: inventory?.users ?? [],
    batteries: inventory?.batteries ?? [],
    labels: [],
    packs: [],
    software: [],
    end_users: [],
    my_device_url: myDeviceUrl,
    valid_until: validUntilMs === null ? null : new Date(validUntilMs).toISOString(),
  };
}
