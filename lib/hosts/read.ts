import type { TeamScope } from "#lib/auth/permissions.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { readHostLabels } from "#lib/labels/host-labels.ts";
import { readCard } from "#lib/membership/card.ts";
import { FLAPPING_WITHIN_MS, selectFlappingPairs } from "#lib/membership/flapping-sql.ts";
import { readBench } from "#lib/membership/judge.ts";
import { labelsOfCard } from "#lib/membership/label-card.ts";
import { readRules } from "#lib/membership/rules.ts";
import { judgeHost } from "#lib/membership/verdict.ts";
import { readSettings } from "#lib/settings/settings.ts";
import { type AskedHost, hostPolicies } from "./host-policies.ts";
import type { HostJson } from "./json.ts";
import { serializeHost } from "./serialize.ts";
import {
  type HostRow,
  selectHostPolicies,
  selectHostRows,
  selectInventory,
  selectMembershipDetails,
} from "./sql.ts";

/**
 * Up to this many hosts are judged as they are read, and told whether they flap. Longer pages take the
 * stored verdicts, which are seconds old at most: judging 10,000 hosts would hold up everybody else's
 * requests.
 */
const JUDGED_HOSTS_MAX = 200;

export interface HostParts {
  policies?: boolean;
  users?: boolean;
  labels?: boolean;
  /** A policy: who of them flaps on it. Short pages alone. */
  flappingOn?: number | null;
}

export const askedHost = ({ host, agent }: HostRow): AskedHost => ({
  hostId: host.id,
  teamId: host.teamId,
  platformFamily: host.platformFamily,
  labels: labelsOfCard(agent?.labelCard ?? null),
  createdAt: host.createdAt,
});

/** Hosts by id as the API shows them, in the order of `ids`. */
export async function readHostJson(
  scope: TeamScope,
  ids: readonly number[],
  now: Date,
  parts: HostParts = {},
): Promise<HostJson[]> {
  const rows = await selectHostRows(database(), scope, ids);
  const isShort = ids.length <= JUDGED_HOSTS_MAX;
  const [judge, policiesOf, usersOf, labels, flappingOf] = await Promise.all([
    isShort ? judgeOf(ids, now) : undefined,
    parts.policies ? policiesReader(scope, ids, now) : undefined,
    parts.users ? usersReader(ids) : undefined,
    parts.labels ? labelsOf(rows) : undefined,
    isShort && parts.flappingOn ? flappingReader(parts.flappingOn, ids, now) : undefined,
  ]);
  return rows.map((row) => ({
    ...serializeHost(row, now.getTime(), judge?.(row)),
    ...(policiesOf ? { policies: policiesOf(row) } : {}),
    ...(usersOf ? { users: usersOf(row) } : {}),
    ...labels?.get(row.host.id),
    ...(flappingOf ? { flapping_changes: flappingOf(row) } : {}),
  }));
}

async function judgeOf(ids: readonly number[], now: Date) {
  const { policies, gate } = await readBench(database(), ids);
  return (row: HostRow) =>
    judgeHost(policies, askedHost(row), readCard(row.agent?.card ?? null), gate, now.getTime());
}

async function policiesReader(scope: TeamScope, ids: readonly number[], now: Date) {
  const [policies, memberships, rules] = await Promise.all([
    selectHostPolicies(database(), scope),
    selectMembershipDetails(database(), ids),
    readRules(database(), ids),
  ]);
  const { policyUpdateIntervalSeconds: intervalSeconds } = env();
  return (row: HostRow) =>
    hostPolicies(
      policies,
      askedHost(row),
      readCard(row.agent?.card ?? null),
      memberships.get(row.host.id) ?? [],
      { rules, intervalSeconds },
      now.getTime(),
    );
}

const labelsOf = (rows: readonly HostRow[]) =>
  readHostLabels(
    database(),
    rows.map(({ host }) => host),
  );

async function flappingReader(policyId: number, ids: readonly number[], now: Date) {
  const { flappingChanges } = await readSettings(database());
  const since = new Date(now.getTime() - FLAPPING_WITHIN_MS);
  const pairs = await selectFlappingPairs(database(), [policyId], ids, since, flappingChanges);
  const byHost = new Map(pairs.map(({ hostId, changes }) => [hostId, changes]));
  return (row: HostRow) => byHost.get(row.host.id) ?? null;
}

async function usersReader(ids: readonly number[]) {
  const inventory = await selectInventory(database(), ids);
  const byHost = new Map(inventory.map((row) => [row.hostId, row.users]));
  return (row: HostRow) => byHost.get(row.host.id) ?? [];
}
