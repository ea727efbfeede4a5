import { type Transaction, transaction } from "#db/client.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, isAllowed, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import {
  addSecret,
  type EnrollSecret,
  listSecrets,
  writeSecrets,
} from "#lib/enroll-secrets/enroll-secrets.ts";
import { conflict, notFound } from "#lib/errors.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { patchOfFailing } from "#lib/webhooks/change.ts";
import { seenTeamWebhooks, type Webhook } from "#lib/webhooks/webhook.ts";
import { writeWebhook } from "#lib/webhooks/webhooks.ts";
import type { CreateTeam, ListTeams, UpdateTeam } from "./schema.ts";
import {
  type CountedTeam,
  insertTeam,
  lockTeam,
  selectMembers,
  selectTeam,
  selectTeamIdByName,
  selectTeams,
  type TeamMember,
  type TeamRow,
  updateTeam as updateTeamRow,
} from "./sql.ts";

/** A team as the viewer may see it. */
export interface SeenTeam extends CountedTeam {
  /** Whether agent options may be shown: to those who may edit them. */
  editable: boolean;
  webhook: Webhook | undefined;
  members?: TeamMember[];
  secrets?: EnrollSecret[];
}

export async function listTeams(viewer: Viewer, query: ListTeams): Promise<SeenTeam[]> {
  const rows = await selectTeams(database(), teamScope(viewer, "team:read"), {
    ...pagingOf(query),
    query: query.query,
    orderKey: query.order_key ?? "name",
    descending: query.order_direction === "desc",
  });
  return seen(viewer, rows);
}

async function seen(viewer: Viewer, rows: readonly CountedTeam[]): Promise<SeenTeam[]> {
  const ids = rows.map(({ team }) => team.id);
  const webhooks = await seenTeamWebhooks(database(), viewer, ids);
  return rows.map((row) => ({
    ...row,
    editable: isAllowed(viewer, "team:write", { teamId: row.team.id }),
    webhook: webhooks.get(row.team.id),
  }));
}

/** One team with its members and secrets, as far as the viewer may see those. */
export async function getTeam(viewer: Viewer, { id }: { id: number }): Promise<SeenTeam> {
  authorize(viewer, "team:read", { teamId: id });
  const row = await selectTeam(database(), teamScope(viewer, "team:read"), id);
  if (!row) throw notFound("The team");
  const [members, secrets] = await Promise.all([
    isAllowed(viewer, "user:read", { teamId: id }) ? selectMembers(database(), id) : undefined,
    isAllowed(viewer, "secret:read", { teamId: id })
      ? listSecrets(viewer, { teamId: id })
      : undefined,
  ]);
  const [team] = await seen(viewer, [row]);
  if (!team) throw notFound("The team");
  return { ...team, members, secrets };
}

export async function createTeam(viewer: Viewer, input: CreateTeam): Promise<SeenTeam> {
  authorize(viewer, "team:create", GLOBAL);
  const id = await transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    return insertWithSecrets(tx, viewer, input);
  });
  return getTeam(viewer, { id });
}

/** A new team with its secrets and activity. The caller has raised the config revision. */
export async function insertWithSecrets(
  tx: Transaction,
  viewer: Viewer,
  input: CreateTeam & { agentOptions?: Record<string, unknown> | null },
): Promise<number> {
  await requireFreeName(tx, input.name);
  const at = new Date();
  const id = await insertTeam(tx, {
    name: input.name,
    description: input.description ?? "",
    agentOptions: input.agentOptions,
    createdAt: at,
    updatedAt: at,
  });
  if (input.secrets)
    await writeSecrets(
      tx,
      id,
      input.secrets.map(({ secret }) => secret),
    );
  else await addSecret(tx, id);
  await recordActivity(tx, viewer, {
    type: "created_team",
    teamId: id,
    details: { team_id: id, team_name: input.name },
  });
  return id;
}

async function requireFreeName(tx: Transaction, name: string, exceptId?: number): Promise<void> {
  const id = await selectTeamIdByName(tx, name);
  if (id !== undefined && id !== exceptId) throw conflict(`Team "${name}" already exists`);
}

export async function updateTeam(
  viewer: Viewer,
  { id, secrets, webhook_settings: webhooks, ...patch }: UpdateTeam & { id: number },
): Promise<SeenTeam> {
  authorize(viewer, "team:write", { teamId: id });
  if (secrets) authorize(viewer, "secret:write", { teamId: id });
  await transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    const before = await requireTeam(tx, id);
    if (patch.name !== undefined) await requireFreeName(tx, patch.name, id);
    await updateTeamRow(tx, id, patch);
    if (secrets)
      await writeSecrets(
        tx,
        id,
        secrets.map(({ secret }) => secret),
      );
    await writeTeamWebhooks(tx, viewer, id, webhooks);
    await recordActivity(tx, viewer, {
      type: "edited_team",
      teamId: id,
      details: {
        team_id: id,
        team_name: patch.name ?? before.name,
        ...changes({ name: before.name, description: before.description }, patch),
        ...(secrets ? { secrets_count: secrets.length } : {}),
      },
    });
  });
  return getTeam(viewer, { id });
}

/** Changes those that are given; authorized by itself. */
export async function writeTeamWebhooks(
  tx: Transaction,
  viewer: Viewer,
  teamId: number,
  given: UpdateTeam["webhook_settings"],
): Promise<void> {
  const failing = given?.failing_policies_webhook;
  if (!failing) return;
  await writeWebhook(tx, viewer, { kind: "failing_policies", teamId }, patchOfFailing(failing));
}

/** Replaces the options osquery gets on the team's hosts; null takes the global ones. */
export async function setTeamAgentOptions(
  viewer: Viewer,
  input: { id: number; options: Record<string, unknown> | null; dryRun: boolean },
): Promise<SeenTeam> {
  const { id, options } = input;
  authorize(viewer, "team:write", { teamId: id });
  await transaction(database(), async (tx) => {
    await raiseRevision(tx, "config");
    const before = await requireTeam(tx, id);
    if (input.dryRun) return;
    await updateTeamRow(tx, id, { agentOptions: options });
    await recordActivity(tx, viewer, {
      type: "edited_agent_options",
      teamId: id,
      details: {
        global: false,
        team_id: id,
        team_name: before.name,
        ...changes({ agent_options: before.agentOptions }, { agent_options: options }),
      },
    });
  });
  return getTeam(viewer, { id });
}

/** The team, locked until the transaction ends. */
export async function requireTeam(tx: Transaction, id: number): Promise<TeamRow> {
  const team = await lockTeam(tx, id);
  if (!team) throw notFound("The team");
  return team;
}
