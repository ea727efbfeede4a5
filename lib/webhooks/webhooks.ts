import { databaseNow, type Executor, type Transaction, transaction } from "#db/client.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { encrypt } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { invalid, notFound } from "#lib/errors.ts";
import { mergedWebhook, type WebhookPatch, webhookChanges } from "./change.ts";
import { newSecret } from "./signature.ts";
import {
  armPolicies,
  lockWebhook,
  selectPoliciesOfTeam,
  selectTeamName,
  unchoosePolicies,
  updateWebhook,
  type WebhookKey,
  type WebhookRow,
} from "./sql.ts";
import {
  authorizeWebhook,
  keyOf,
  open,
  readWebhook,
  seenWebhook,
  type Webhook,
  type WebhookChoice,
} from "./webhook.ts";

export async function getWebhook(viewer: Viewer, choice: WebhookChoice): Promise<Webhook> {
  authorizeWebhook(viewer, choice, "read");
  await teamNameOf(database(), choice.teamId);
  return seenWebhook(database(), viewer, choice);
}

export async function updateWebhookSettings(
  viewer: Viewer,
  { kind, teamId, ...patch }: WebhookChoice & WebhookPatch,
): Promise<Webhook> {
  const choice = { kind, teamId };
  authorizeWebhook(viewer, choice, "write");
  return transaction(database(), (tx) => writeWebhook(tx, viewer, choice, patch));
}

/** The write of updateWebhookSettings, for changes that set other things as well; authorized here. */
export async function writeWebhook(
  tx: Transaction,
  viewer: Viewer,
  choice: WebhookChoice,
  patch: WebhookPatch,
): Promise<Webhook> {
  authorizeWebhook(viewer, choice, "write");
  const teamName = await teamNameOf(tx, choice.teamId);
  const key = keyOf(choice);
  const row = await lockRow(tx, key);
  const before = await readWebhook(tx, choice);
  const after = mergedWebhook(before, patch);
  const difference = webhookChanges(before, after);
  if (Object.keys(difference.after).length === 0) return after;
  const at = await databaseNow(tx);
  await choosePolicies(tx, key.teamKey, before, after, at);
  await updateWebhook(tx, key, {
    enabled: after.enabled,
    urlEncrypted:
      after.url === before.url
        ? row.urlEncrypted
        : after.url && encrypt(env().serverPrivateKey, after.url),
    secretEncrypted: open(row.secretEncrypted) ? row.secretEncrypted : freshSecret(),
    hostBatchSize: after.hostBatchSize,
    tellsRecovered: after.tellsRecovered,
    updatedAt: at,
  });
  await recordActivity(tx, viewer, {
    type: "edited_webhook",
    teamId: choice.teamId,
    details: { webhook: choice.kind, team_id: choice.teamId, team_name: teamName, ...difference },
  });
  return after;
}

const freshSecret = () => encrypt(env().serverPrivateKey, newSecret());

async function lockRow(tx: Transaction, key: WebhookKey): Promise<WebhookRow> {
  const fresh = {
    ...key,
    urlEncrypted: "",
    secretEncrypted: freshSecret(),
    updatedAt: new Date(),
  };
  const row = await lockWebhook(tx, fresh);
  if (!row) throw new Error(`webhook ${key.kind} ${key.teamKey}: its row is missing`);
  return row;
}

/** Policies that are new to it begin with what fails from now on; so do all when it is switched on. */
async function choosePolicies(
  tx: Transaction,
  teamKey: number,
  before: Webhook,
  after: Webhook,
  at: Date,
): Promise<void> {
  const had = new Set(before.policyIds);
  const has = new Set(after.policyIds);
  const added = after.policyIds.filter((id) => !had.has(id));
  const known = new Set(await selectPoliciesOfTeam(tx, teamKey, added));
  const unknown = added.find((id) => !known.has(id));
  if (unknown !== undefined) {
    throw invalid(
      "policy_ids",
      `Policy ${unknown} is not one of this team's own policies (those of all teams belong to the webhook of all teams)`,
    );
  }
  await unchoosePolicies(
    tx,
    before.policyIds.filter((id) => !has.has(id)),
  );
  const isSwitchedOn = after.enabled && !before.enabled;
  await armPolicies(tx, teamKey, isSwitchedOn ? after.policyIds : added, at);
}

/** A new secret, told this once; what is sent from now on is signed with it. */
export async function renewSecret(viewer: Viewer, choice: WebhookChoice): Promise<string> {
  authorizeWebhook(viewer, choice, "write");
  const secret = newSecret();
  await transaction(database(), async (tx) => {
    const teamName = await teamNameOf(tx, choice.teamId);
    const key = keyOf(choice);
    await lockRow(tx, key);
    await updateWebhook(tx, key, { secretEncrypted: encrypt(env().serverPrivateKey, secret) });
    await recordActivity(tx, viewer, {
      type: "renewed_webhook_secret",
      teamId: choice.teamId,
      details: { webhook: choice.kind, team_id: choice.teamId, team_name: teamName },
    });
  });
  return secret;
}

/** null for all teams and "No team"; throws `not_found` when there is no such team. */
async function teamNameOf(executor: Executor, teamId: number | null): Promise<string | null> {
  if (teamId === null || teamId === 0) return null;
  const name = await selectTeamName(executor, teamId);
  if (name === undefined) throw notFound("The team");
  return name;
}
