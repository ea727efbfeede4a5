import type { Database } from "#db/client.ts";
import type { TeamScope } from "#lib/auth/permissions.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { notFound } from "#lib/errors.ts";
import { type HostLabels, readHostLabels } from "#lib/labels/host-labels.ts";
import { readCard } from "#lib/membership/card.ts";
import { judgedPolicy, type Rules, readRules } from "#lib/membership/rules.ts";
import { type HostStanding, judgeHost } from "#lib/membership/verdict.ts";
import type { Settings } from "#lib/settings/schema.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { hostPolicies } from "./host-policies.ts";
import type { HostDetailJson, HostPolicyJson } from "./json.ts";
import { askedHost } from "./read.ts";
import { serializeHost } from "./serialize.ts";
import {
  type HostPolicyRow,
  type HostRow,
  type InventoryRow,
  type MembershipDetail,
  selectHostPolicies,
  selectHostRows,
  selectInventory,
  selectMembershipDetails,
} from "./sql.ts";

/** Everything about one host at one moment, computed and not looked up. */
export interface HostDetail {
  row: HostRow;
  policies: HostPolicyJson[];
  inventory: InventoryRow | undefined;
  labels: HostLabels;
  standing: HostStanding;
  settings: Settings;
  now: Date;
}

/** Throws `not_found` for a host that is gone or out of scope. */
export async function readHostDetail(scope: TeamScope, id: number): Promise<HostDetail> {
  const detail = (await readHostDetails(database(), scope, [id])).get(id);
  if (!detail) throw notFound(`Host ${id}`);
  return detail;
}

/** Several, by id, read at one time; those that are gone or out of scope are left out. */
export async function readHostDetails(
  db: Database,
  scope: TeamScope,
  wanted: readonly number[],
): Promise<Map<number, HostDetail>> {
  const ids = [...new Set(wanted)];
  if (ids.length === 0) return new Map();
  const rows = await selectHostRows(db, scope, ids);
  const [labels, policies, memberships, inventories, settings, rules] = await Promise.all([
    readHostLabels(
      db,
      rows.map(({ host }) => host),
    ),
    selectHostPolicies(db, scope),
    selectMembershipDetails(db, ids),
    selectInventory(db, ids),
    readSettings(db),
    readRules(db, ids),
  ]);
  const detailOf = (row: HostRow): HostDetail => ({
    ...standingOf(row, policies, memberships.get(row.host.id) ?? [], settings, rules),
    row,
    labels: labels.get(row.host.id) ?? { labels: [], unknown_labels: [] },
    inventory: inventories.find(({ hostId }) => hostId === row.host.id),
    settings,
    now: row.readAt,
  });
  return new Map(rows.map((row) => [row.host.id, detailOf(row)]));
}

function standingOf(
  row: HostRow,
  policies: readonly HostPolicyRow[],
  memberships: readonly MembershipDetail[],
  { gate }: Settings,
  rules: Rules,
): Pick<HostDetail, "policies" | "standing"> {
  const host = askedHost(row);
  const card = readCard(row.agent?.card ?? null);
  const { policyUpdateIntervalSeconds: intervalSeconds } = env();
  const nowMs = row.readAt.getTime();
  const asJudged = policies.map(({ policy }) => judgedPolicy(policy, rules, intervalSeconds));
  return {
    policies: hostPolicies(policies, host, card, memberships, { rules, intervalSeconds }, nowMs),
    standing: judgeHost(asJudged, host, card, gate, nowMs),
  };
}

/** The host object of its own page: the list's, its policies, its inventory and its evidence. */
export function serializeHostDetail(detail: HostDetail, myDeviceUrl: string): HostDetailJson {
  const { row, standing, inventory } = detail;
  const { validUntilMs } = standing;
  return {
    ...serializeHost(row, detail.now.getTime(), standing),
    policies: detail.policies,
    users: inventory?.users ?? [],
    batteries: inventory?.batteries ?? [],
    ...detail.labels,
    packs: [],
    software: [],
    end_users: [],
    my_device_url: myDeviceUrl,
    valid_until: validUntilMs === null ? null : new Date(validUntilMs).toISOString(),
  };
}
