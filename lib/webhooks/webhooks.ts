import { databaseNow, type Executor, type Transaction, transaction } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, isAllowed, type Target } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { decrypt, encrypt } from "#lib/crypto.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { invalid, notFound } from "#lib/errors.ts";
import { literalProblem } from "./addresses.ts";
import {
  type ActivitiesPatch,
  type FailingPoliciesPatch,
  HIDDEN,
  type WebhookKind,
} from "./schema.ts";
import { newSecret } from "./signature.ts";
import {
  armPolicies,
  lockWebhook,
  selectChosenPolicies,
  selectPoliciesOfTeam,
  selectTeamName,
  selectWebhook,
  selectWebhooksOfKind,
  unchoosePolicies,
  updateWebhook,
  type WebhookKey,
  type WebhookRow,
} from "./sql.ts";

/** Whose: null the policies of all teams, 0 those of hosts in no team. Activities have one, of null. */
export interface WebhookChoice {
  kind: WebhookKind;
  teamId: number | null;
}

export interface Webhook {
  enabled: boolean;
  url: string;
  policyIds: number[];
  hostBatchSize: number;
  tellsRecovered: boolean;
}

/** What to change; undefined stays as it is. */
export type WebhookPatch = { [K in keyof Webhook]?: Webhook[K] | undefined };

const ALL_TEAMS_KEY = -1;

export const keyOf = ({ kind, teamId }: WebhookChoice): WebhookKey => ({
  kind,
  teamKey: teamId ?? ALL_TEAMS_KEY,
});

export const choiceOf = ({ kind, teamKey }: WebhookKey): WebhookChoice => ({
  kind,
  teamId: teamKey === ALL_TEAMS_KEY ? null : teamKey,
});

/** Activities are of all teams, so their webhook belongs to the organisation's settings. */
export const actionOn = ({ kind }: WebhookChoice, mode: "read" | "write") =>
  kind === "activities" ? ("config:write" as const) : (`automation:${mode}` as const);

const targetOf = ({ kind, teamId }: WebhookChoice): Target =>
  kind === "activities" ? GLOBAL : { teamId };

export function authorizeWebhook(
  viewer: Viewer,
  choice: WebhookChoice,
  mode: "read" | "write",
): void {
  authorize(viewer, actionOn(choice, mode), targetOf(choice));
}

export const mayWrite = (viewer: Viewer, choice: WebhookChoice): boolean =>
  isAllowed(viewer, actionOn(choice, "write"), targetOf(choice));

export const NO_WEBHOOK: Webhook = {
  enabled: false,
  url: "",
  policyIds: [],
  hostBatchSize: 0,
  tellsRecovered: false,
};

/** "" under another server key: the address is to be entered anew, and every page goes on loading. */
function open(encrypted: string): string {
  if (encrypted === "") return "";
  try {
    return decrypt(env().serverPrivateKey, encrypted);
  } catch {
    return "";
  }
}

/** Where a webhook goes and what signs it. For the server's own use. */
export const opened = (row: WebhookRow) => ({
  url: open(row.urlEncrypted),
  secret: open(row.secretEncrypted),
});

const webhookOf = (row: WebhookRow | undefined, policyIds: number[]): Webhook =>
  row
    ? {
        enabled: row.enabled,
        url: open(row.urlEncrypted),
        policyIds,
        hostBatchSize: row.hostBatchSize,
        tellsRecovered: row.tellsRecovered,
      }
    : { ...NO_WEBHOOK, policyIds };

/** A webhook as it is; whoever shows it hides the address from those who may not write it. */
export async function readWebhook(executor: Executor, choice: WebhookChoice): Promise<Webhook> {
  const key = keyOf(choice);
  const row = await selectWebhook(executor, key);
  const chosen =
    choice.kind === "failing_policies" ? await selectChosenPolicies(executor, key.teamKey) : [];
  return webhookOf(
    row,
    chosen.map(({ policyId }) => policyId),
  );
}

/** Where it goes, without what may be a secret: https://hooks.slack.com/********. */
export function hiddenUrl(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) return "";
  const isBare = parsed.pathname === "/" && !parsed.search && !parsed.username;
  return isBare ? url : `${parsed.protocol}//${parsed.host}/${HIDDEN}`;
}

/** As the viewer may see it. */
export async function seenWebhook(
  executor: Executor,
  viewer: Viewer,
  choice: WebhookChoice,
): Promise<Webhook> {
  const webhook = await readWebhook(executor, choice);
  return mayWrite(viewer, choice) ? webhook : { ...webhook, url: hiddenUrl(webhook.url) };
}

/** Those of teams, as the viewer may see them. */
export async function seenTeamWebhooks(
  executor: Executor,
  viewer: Viewer,
  teamIds: readonly number[],
): Promise<Map<number, Webhook>> {
  const [only] = teamIds;
  const rows = await selectWebhooksOfKind(executor, "failing_policies");
  const chosen = await selectChosenPolicies(executor, teamIds.length === 1 ? only : undefined);
  const webhooks = new Map(rows.map((row) => [row.teamKey, row]));
  return new Map(
    teamIds.map((teamId) => {
      const own = chosen.filter(({ teamKey }) => teamKey === teamId);
      const ids = own.map(({ policyId }) => policyId);
      const webhook = webhookOf(webhooks.get(teamId), ids);
      const may = mayWrite(viewer, { kind: "failing_policies", teamId });
      return [teamId, may ? webhook : { ...webhook, url: hiddenUrl(webhook.url) }];
    }),
  );
}

export async function getWebhook(viewer: Viewer, choice: WebhookChoice): Promise<Webhook> {
  authorizeWebhook(viewer, choice, "read");
  await teamNameOf(database(), choice.teamId);
  return seenWebhook(database(), viewer, choice);
}

const given = <T>(value: T | null | undefined): T | undefined => value ?? undefined;

export const patchOfFailing = (body: FailingPoliciesPatch): WebhookPatch => ({
  enabled: given(body.enable_failing_policies_webhook),
  url: given(body.destination_url),
  policyIds: given(body.policy_ids),
  hostBatchSize: given(body.host_batch_size),
  tellsRecovered: given(body.enable_recovered_webhook),
});

export const patchOfActivities = (body: ActivitiesPatch): WebhookPatch => ({
  enabled: given(body.enable_activities_webhook),
  url: given(body.destination_url),
});

/** A webhook with some of it replaced. Throws `invalid` when it could not be sent. */
export function mergedWebhook(before: Webhook, patch: WebhookPatch): Webhook {
  const set = Object.entries(patch).filter(([, value]) => value !== undefined);
  const after: Webhook = { ...before, ...Object.fromEntries(set) };
  after.policyIds = [...new Set(after.policyIds)].sort((a, b) => a - b);
  if (after.enabled && after.url === "") {
    throw invalid("destination_url", "An enabled webhook needs the URL to send to");
  }
  const url = after.url === before.url ? null : URL.parse(after.url);
  const problem = url && literalProblem(url, env().webhookPrivateAddresses);
  if (problem) throw invalid("destination_url", problem);
  return after;
}

/** As activities and plans tell it: never the whole address. */
export const toldWebhook = ({ url, policyIds, ...rest }: Webhook) => ({
  enabled: rest.enabled,
  destination_url: hiddenUrl(url),
  policy_ids: policyIds,
  host_batch_size: rest.hostBatchSize,
  tells_recovered: rest.tellsRecovered,
});

/** What differs, as told; an address that differs only in what is hidden is said to. */
export function webhookChanges(before: Webhook, after: Webhook) {
  const told = changes(toldWebhook(before), toldWebhook(after));
  if (before.url !== after.url && told.after.destination_url === undefined) {
    told.before.destination_url = hiddenUrl(before.url);
    told.after.destination_url = `${hiddenUrl(after.url)} (changed)`;
  }
  return told;
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
