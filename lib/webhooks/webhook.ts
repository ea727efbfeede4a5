import type { Executor } from "#db/client.ts";
import { authorize, GLOBAL, isAllowed, type Target } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { decrypt } from "#lib/crypto.ts";
import { env } from "#lib/env.ts";
import { HIDDEN, urlOf, type WebhookKind } from "./schema.ts";
import {
  selectChosenPolicies,
  selectWebhook,
  selectWebhooksOfKind,
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

const ALL_TEAMS_KEY = -1;

export const keyOf = ({ kind, teamId }: WebhookChoice): WebhookKey => ({
  kind,
  teamKey: kind === "activities" || teamId === null ? ALL_TEAMS_KEY : teamId,
});

export const choiceOf = ({ kind, teamKey }: WebhookKey): WebhookChoice => ({
  kind,
  teamId: teamKey === ALL_TEAMS_KEY ? null : teamKey,
});

/** Activities are of all teams, so their webhook belongs to the organisation's settings. */
const actionOn = ({ kind }: WebhookChoice, mode: "read" | "write") =>
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
export function open(encrypted: string): string {
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
  const parsed = urlOf(url);
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
