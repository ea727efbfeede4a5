import type { Executor, Transaction } from "#db/client.ts";
import { changes } from "#lib/activities/activities.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { invalid } from "#lib/errors.ts";
import { selectMatchingRecords } from "#lib/policies/sql.ts";
import {
  mergedWebhook,
  patchOfActivities,
  patchOfFailing,
  toldWebhook,
  type WebhookPatch,
  webhookChanges,
} from "#lib/webhooks/change.ts";
import {
  authorizeWebhook,
  NO_WEBHOOK,
  readWebhook,
  type Webhook,
  type WebhookChoice,
} from "#lib/webhooks/webhook.ts";
import { writeWebhook } from "#lib/webhooks/webhooks.ts";
import type { PlannedPolicies } from "./plan-policies.ts";
import type { TeamIds } from "./plan-teams.ts";
import { type PlannedChange, plannedChange } from "./planned.ts";
import type { Problems } from "./problems.ts";
import { type GitopsInput, type GitopsWebhook, NO_TEAM } from "./schema.ts";

export interface PlannedWebhooks {
  changes: PlannedChange[];
  writes: { choice: WebhookChoice; patch: WebhookPatch }[];
}

interface Given {
  place: string;
  /** "" is all teams. */
  team: string;
  kind: WebhookChoice["kind"];
  patch: WebhookPatch;
  /** By name: files outlive ids. */
  policies?: string[] | null | undefined;
}

const failing = (place: string, team: string, body: GitopsWebhook): Given => ({
  place: `${place}.webhook_settings.failing_policies_webhook`,
  team,
  kind: "failing_policies",
  patch: patchOfFailing(body),
  policies: body.policies,
});

function givenIn({ settings, teams, no_team: none }: GitopsInput): Given[] {
  const all = settings?.webhook_settings;
  const found: Given[] = [];
  if (all?.failing_policies_webhook)
    found.push(failing("settings", "", all.failing_policies_webhook));
  if (all?.activities_webhook) {
    const place = "settings.webhook_settings.activities_webhook";
    const patch = patchOfActivities(all.activities_webhook);
    found.push({ place, team: "", kind: "activities", patch });
  }
  const ofNone = none?.webhook_settings?.failing_policies_webhook;
  if (ofNone) found.push(failing("no_team", NO_TEAM, ofNone));
  for (const [index, { name, webhook_settings: own }] of teams.entries()) {
    const body = own?.failing_policies_webhook;
    if (body) found.push(failing(`teams.${index}`, name, body));
  }
  return found;
}

/** Policies of a team by name, as they will be; those to be made have ids below zero. */
async function policiesOf(
  executor: Executor,
  teamId: number | null,
  { after, gone }: PlannedPolicies,
): Promise<Map<string, number>> {
  const owner = teamId === null ? "global" : { teamId, inherited: false };
  const isNew = teamId !== null && teamId < 0;
  const there = isNew ? [] : await selectMatchingRecords(executor, owner, {});
  const left = there.filter(({ id }) => !gone.some((policy) => policy.id === id));
  return new Map(
    [...after.filter((policy) => policy.teamId === teamId), ...left].map(({ name, id }) => [
      name,
      id,
    ]),
  );
}

function idsOf(names: readonly string[], ids: ReadonlyMap<string, number>): number[] {
  return names.map((name) => {
    const id = ids.get(name);
    if (id === undefined) throw invalid("policies", `this team has no policy "${name}" of its own`);
    return id;
  });
}

/** As plans tell it: policies by name. */
function toldChanges(before: Webhook, after: Webhook, ids: ReadonlyMap<string, number>) {
  const names = new Map([...ids].map(([name, id]) => [id, name]));
  const byName = (webhook: Webhook) =>
    webhook.policyIds.map((id) => names.get(id) ?? "<deleted>").sort();
  const { before: was, after: is } = webhookChanges(before, after);
  const { policy_ids: _was, ...restBefore } = was;
  const { policy_ids: _is, ...restAfter } = is;
  const policies = changes({ policies: byName(before) }, { policies: byName(after) });
  return {
    before: { ...restBefore, ...policies.before },
    after: { ...restAfter, ...policies.after },
  };
}

/** Webhooks come after policies, which they name. */
export async function planWebhooks(
  executor: Executor,
  viewer: Viewer,
  input: GitopsInput,
  known: { teams: TeamIds; policies: PlannedPolicies },
  problems: Problems,
): Promise<PlannedWebhooks> {
  const planned: PlannedWebhooks = { changes: [], writes: [] };
  for (const { place, team, kind, patch, policies } of givenIn(input)) {
    const choice = { kind, teamId: known.teams.get(team) ?? null };
    authorizeWebhook(viewer, choice, "write");
    const isNew = choice.teamId !== null && choice.teamId < 0;
    const before = isNew ? NO_WEBHOOK : await readWebhook(executor, choice);
    const ids = await policiesOf(executor, choice.teamId, known.policies);
    const merged = await problems.at(place, () => {
      if (policies && patch.policyIds) {
        throw invalid("policies", "name policies by policies or by policy_ids, not by both");
      }
      const full = policies ? { ...patch, policyIds: idsOf(policies, ids) } : patch;
      return { patch: full, after: mergedWebhook(before, full) };
    });
    if (!merged) continue;
    const diff = toldChanges(before, merged.after, ids);
    const action = Object.keys(diff.after).length > 0 ? "update" : "none";
    const name = kind === "activities" ? "activities" : "failing policies";
    planned.changes.push(plannedChange({ kind: "webhook", name, team, place, action, ...diff }));
    if (action !== "none") planned.writes.push({ choice, patch: merged.patch });
  }
  return planned;
}

export async function applyWebhooks(
  tx: Transaction,
  viewer: Viewer,
  { writes }: PlannedWebhooks,
): Promise<void> {
  for (const { choice, patch } of writes) await writeWebhook(tx, viewer, choice, patch);
}

/** A webhook as files write it; nothing where there is none. */
export function exportedWebhook(webhook: Webhook, names: ReadonlyMap<number, string>) {
  const isNone = JSON.stringify(toldWebhook(webhook)) === JSON.stringify(toldWebhook(NO_WEBHOOK));
  if (isNone) return undefined;
  return {
    enable_failing_policies_webhook: webhook.enabled,
    destination_url: webhook.url,
    policies: webhook.policyIds.flatMap((id) => names.get(id) ?? []).sort(),
    host_batch_size: webhook.hostBatchSize,
    enable_recovered_webhook: webhook.tellsRecovered,
  };
}
