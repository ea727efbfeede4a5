import { databaseNow } from "#db/client.ts";
import { authorize, GLOBAL, isAllowed, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { goDuration } from "#lib/duration.ts";
import { conflict, notFound } from "#lib/errors.ts";
import { serializeSpec } from "#lib/labels/serialize.ts";
import { listLabelSpecs } from "#lib/labels/specs.ts";
import { auditLabels, type LabelNames } from "#lib/policies/label-scope.ts";
import { type PolicyRecord, selectMatchingRecords } from "#lib/policies/sql.ts";
import { serializeSettings } from "#lib/settings/serialize.ts";
import { getSettings } from "#lib/settings/settings.ts";
import type { TeamRow } from "#lib/teams/sql.ts";
import { mayWrite, readWebhook, type Webhook, type WebhookChoice } from "#lib/webhooks/webhook.ts";
import { exportedWebhook } from "./plan-webhooks.ts";
import { type GitopsExport, NO_TEAM, POLICIES_MAX } from "./schema.ts";
import { type LiveExemption, selectAllTeams, selectLiveExemptions } from "./sql.ts";

type Fields = Record<string, unknown>;

const isEmpty = (value: unknown) =>
  value === undefined ||
  value === null ||
  value === "" ||
  value === false ||
  (Array.isArray(value) && value.length === 0);

/** Without what is as if it were not there, so that files are short. */
const compact = (fields: Fields): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));

/** Addresses may be secrets, so only those who may write a webhook get it. */
async function exportWebhook(
  viewer: Viewer,
  teamId: number | null,
  names: ReadonlyMap<number, string>,
): Promise<Fields> {
  const choice: WebhookChoice = { kind: "failing_policies", teamId };
  if (!mayWrite(viewer, choice)) return {};
  const webhook = exportedWebhook(await readWebhook(database(), choice), names);
  return webhook ? { failing_policies_webhook: compact(webhook) } : {};
}

async function exportActivities(viewer: Viewer): Promise<Fields> {
  const choice: WebhookChoice = { kind: "activities", teamId: null };
  const webhook: Webhook | null = mayWrite(viewer, choice)
    ? await readWebhook(database(), choice)
    : null;
  if (!webhook?.url) return {};
  const { enabled, url } = webhook;
  return { activities_webhook: { enable_activities_webhook: enabled, destination_url: url } };
}

const section = (webhooks: Fields): Fields =>
  Object.keys(webhooks).length > 0 ? { webhook_settings: webhooks } : {};

async function exportSettings(viewer: Viewer, names: ReadonlyMap<number, string>): Promise<Fields> {
  const stored = await getSettings(viewer);
  const { settings } = serializeSettings(stored);
  const { org_name, org_logo_url, contact_url } = settings;
  const { gate, pass_cache_seconds, device_link_seconds } = settings;
  const { history_days, flapping_changes, impact_confirm_percent } = settings;
  const { gitops_mode_enabled, repository_url } = settings;
  return {
    org_info: { org_name, org_logo_url, contact_url },
    server_settings: { server_url: settings.server_url },
    gitops: { gitops_mode_enabled, repository_url },
    webhook_settings: {
      ...(await exportWebhook(viewer, null, names)),
      ...(await exportActivities(viewer)),
      interval: goDuration(stored.webhookIntervalSeconds),
    },
    muster: {
      ...{ gate, pass_cache_seconds, device_link_seconds },
      ...{ history_days, flapping_changes, impact_confirm_percent },
    },
    // They may hold credentials, so only those who edit them see them.
    ...(isAllowed(viewer, "config:write", GLOBAL) ? { agent_options: stored.agentOptions } : {}),
  };
}

async function exportTeam(
  viewer: Viewer,
  { id, name, description, agentOptions }: TeamRow,
  names: ReadonlyMap<number, string>,
): Promise<Fields> {
  const may = isAllowed(viewer, "team:write", { teamId: id });
  return {
    ...compact({ name, description }),
    ...(may ? { agent_options: agentOptions } : {}),
    ...section(await exportWebhook(viewer, id, names)),
  };
}

async function exportLabels(viewer: Viewer): Promise<{ labels: Fields[]; names: LabelNames }> {
  const found = await listLabelSpecs(viewer);
  const regular = found.filter(({ label }) => !label.isBuiltin);
  const labels = regular.map((spec) => {
    const { id: _id, label_type: _type, criteria, hosts, ...json } = serializeSpec(spec);
    const rule = criteria && { criteria: { vital: criteria.vital, values: criteria.values } };
    // An empty list says that there are none; no list, that nobody says.
    return { ...compact(json), ...rule, ...(hosts ? { hosts: [...hosts].sort() } : {}) };
  });
  return { labels, names: new Map(found.map(({ label }) => [label.id, label.name])) };
}

const exportPolicy = (team: string, policy: PolicyRecord, names: LabelNames): Fields => ({
  ...compact({
    team,
    name: policy.name,
    description: policy.description,
    resolution: policy.resolution,
    platform: policy.platform,
    critical: policy.critical,
    interval: policy.intervalSeconds,
    tags: policy.tags,
    ...auditLabels(policy.labelScope, names),
    paused: policy.pausedAt !== null,
  }),
  query: policy.query,
});

interface Owner {
  team: string;
  teamId: number | null;
}

/** Whose policies the viewer sees, or those asked for. */
function ownersOf(scope: TeamScope, teams: readonly TeamRow[], only: string | undefined): Owner[] {
  const isSeen = (id: number) => scope.teamIds === "all" || scope.teamIds.includes(id);
  const owners: Owner[] = [
    { team: "", teamId: null },
    ...(scope.teamIds === "all" ? [{ team: NO_TEAM, teamId: 0 }] : []),
    ...teams.filter(({ id }) => isSeen(id)).map(({ id, name }) => ({ team: name, teamId: id })),
  ];
  if (only === undefined) return owners;
  const chosen = owners.filter(({ team }) => team === only);
  if (chosen.length === 0) throw notFound(`Team "${only}"`);
  return chosen;
}

function exportExemption(
  { team, name }: Owner & { name: string },
  { exemption, hostName, labelName, teamName }: LiveExemption,
): Fields[] {
  const ofTeam = exemption.teamId === 0 ? NO_TEAM : teamName;
  // Whom it lets off is gone: nobody can be told of.
  if (!hostName && !labelName && !ofTeam) return [];
  return [
    {
      ...compact({
        policy: name,
        policy_team: team,
        host: hostName,
        label: labelName,
        team: ofTeam,
        reason: exemption.reason,
        expires_at: exemption.expiresAt.toISOString(),
      }),
      // null is never; without the key there would be a reminder.
      remind_at: exemption.remindAt?.toISOString() ?? null,
    },
  ];
}

async function exportPolicies(scope: TeamScope, owners: readonly Owner[], names: LabelNames) {
  const policies: Fields[] = [];
  const exemptions: Fields[] = [];
  const policyNames = new Map<number, string>();
  const now = await databaseNow(database());
  for (const { team, teamId } of owners) {
    const owner = teamId === null ? "global" : { teamId, inherited: false };
    const records = await selectMatchingRecords(database(), owner, {});
    policies.push(...records.map((policy) => exportPolicy(team, policy, names)));
    if (policies.length > POLICIES_MAX) {
      throw conflict(`There are more than ${POLICIES_MAX} policies: export one team at a time`);
    }
    const byId = new Map(records.map(({ id, name }) => [id, name]));
    for (const [id, name] of byId) policyNames.set(id, name);
    const live = await selectLiveExemptions(database(), scope, [...byId.keys()], now);
    exemptions.push(
      ...live.flatMap((row) =>
        exportExemption({ team, teamId, name: byId.get(row.exemption.policyId) ?? "" }, row),
      ),
    );
  }
  return { policies, exemptions, policyNames };
}

/**
 * Everything that the viewer sees, in the shape that applyGitops takes; with `only`, one team's
 * policies and exemptions ("" is those of all teams). Enroll secrets are left out.
 */
export async function exportGitops(viewer: Viewer, only?: string): Promise<GitopsExport> {
  authorize(viewer, "policy:read", GLOBAL);
  const teams = await selectAllTeams(database());
  const scope = teamScope(viewer, "policy:read");
  const owners = ownersOf(scope, teams, only);
  const { labels, names } = await exportLabels(viewer);
  const { policyNames, ...content } = await exportPolicies(scope, owners, names);
  const seen = new Set(owners.map(({ team }) => team));
  const ofTeams = teams.filter(({ name }) => seen.has(name));
  return {
    ...(only === undefined ? { settings: await exportSettings(viewer, policyNames), labels } : {}),
    ...(only === ""
      ? {}
      : {
          teams: await Promise.all(ofTeams.map((team) => exportTeam(viewer, team, policyNames))),
        }),
    ...(seen.has(NO_TEAM) ? { no_team: section(await exportWebhook(viewer, 0, policyNames)) } : {}),
    ...content,
  };
}
