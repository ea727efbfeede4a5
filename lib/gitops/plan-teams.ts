import type { Executor, Transaction } from "#db/client.ts";
import { changes } from "#lib/activities/activities.ts";
import { authorize, GLOBAL, isAllowed } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { secretsDiffer } from "#lib/enroll-secrets/enroll-secrets.ts";
import { conflict } from "#lib/errors.ts";
import { HOSTS_PER_TRANSACTION, removeTeam } from "#lib/teams/delete.ts";
import type { TeamSpec } from "#lib/teams/schema.ts";
import { writeTeamSpec } from "#lib/teams/specs.ts";
import { selectHostIdsOfTeam, type TeamRow } from "#lib/teams/sql.ts";
import { type PlannedChange, plannedChange } from "./planned.ts";
import { type Problems, requireDistinct } from "./problems.ts";
import { type GitopsInput, NO_TEAM } from "./schema.ts";
import { selectAllTeams } from "./sql.ts";

export type TeamIds = Map<string, number | null>;

export interface PlannedTeams {
  changes: PlannedChange[];
  /** Ids by name, those of teams to be made below zero. "" is all teams. */
  ids: TeamIds;
  /** Made elsewhere, and to go. */
  gone: TeamRow[];
}

const fieldsOf = (team: Pick<TeamRow, "description" | "agentOptions">) => ({
  description: team.description,
  agent_options: team.agentOptions,
});

const wanted = (spec: TeamSpec, before: TeamRow | undefined) => ({
  description: spec.description ?? before?.description ?? "",
  agent_options:
    spec.agent_options === undefined ? (before?.agentOptions ?? null) : spec.agent_options,
});

/** That secrets differ is told, and neither they nor how. */
const NEW_SECRETS = { secrets: "(others)" };

async function changeOf(
  executor: Executor,
  spec: TeamSpec,
  before: TeamRow | undefined,
): Promise<Partial<PlannedChange> & Pick<PlannedChange, "action">> {
  if (!before) return { action: "create", after: wanted(spec, before) };
  const diff = changes<Record<string, unknown>>(fieldsOf(before), wanted(spec, before));
  const texts = spec.secrets?.map(({ secret }) => secret);
  const differ = texts !== undefined && (await secretsDiffer(executor, before.id, texts));
  const action = differ || Object.keys(diff.after).length > 0 ? "update" : "none";
  return {
    action,
    before: diff.before,
    after: differ ? { ...diff.after, ...NEW_SECRETS } : diff.after,
    touches: "agent_options" in diff.after ? { kind: "team", id: before.id } : { kind: "nobody" },
  };
}

export async function planTeams(
  executor: Executor,
  viewer: Viewer,
  input: GitopsInput,
  problems: Problems,
): Promise<PlannedTeams> {
  const teams = await selectAllTeams(executor);
  const byName = new Map(teams.map((team) => [team.name, team]));
  const ids: TeamIds = new Map([
    ["", null],
    [NO_TEAM, 0],
    ...teams.map(({ name, id }): [string, number] => [name, id]),
  ]);
  const planned: PlannedChange[] = [];
  requireDistinct(
    problems,
    input.teams,
    "teams",
    ({ name }) => name,
    ({ name }) => `team "${name}"`,
  );
  for (const [index, spec] of input.teams.entries()) {
    const before = byName.get(spec.name);
    if (before) authorize(viewer, "team:write", { teamId: before.id });
    else authorize(viewer, "team:create", GLOBAL);
    if (before && spec.secrets) authorize(viewer, "secret:write", { teamId: before.id });
    if (!before) ids.set(spec.name, -1 - index);
    const change = await changeOf(executor, spec, before);
    planned.push(
      plannedChange({ kind: "team", name: spec.name, place: `teams.${index}`, ...change }),
    );
  }
  const gone = planOthers(viewer, input, teams, planned);
  for (const team of gone) {
    const hosts = await selectHostIdsOfTeam(executor, team.id, HOSTS_PER_TRANSACTION);
    if (hosts.length === HOSTS_PER_TRANSACTION) problems.add("complete.teams", tooMany(team));
  }
  return { changes: planned, ids, gone };
}

function planOthers(
  viewer: Viewer,
  { teams: specs, complete, delete_other }: GitopsInput,
  teams: readonly TeamRow[],
  planned: PlannedChange[],
): TeamRow[] {
  if (!complete.teams) return [];
  const named = new Set(specs.map(({ name }) => name));
  const others = teams.filter(({ name }) => !named.has(name));
  const action = delete_other.includes("teams") ? "delete" : "keep";
  if (action === "delete") {
    for (const { id } of others) authorize(viewer, "team:write", { teamId: id });
  }
  for (const team of others) {
    // Neither names nor options, which may hold credentials, are told to whoever may not write them.
    if (!isAllowed(viewer, "team:write", { teamId: team.id })) continue;
    const touches = { kind: "team", id: team.id } as const;
    planned.push(
      plannedChange({ kind: "team", name: team.name, action, before: fieldsOf(team), touches }),
    );
  }
  return action === "delete" ? others : [];
}

/** Makes and changes teams; who raised the config revision before. */
export async function applyTeams(
  tx: Transaction,
  viewer: Viewer,
  { teams: specs }: GitopsInput,
  { ids, changes: planned }: PlannedTeams,
): Promise<void> {
  for (const [index, spec] of specs.entries()) {
    const id = ids.get(spec.name) ?? -1;
    const action = planned.find(({ place }) => place === `teams.${index}`)?.action;
    // Webhooks name policies, which are yet to be made.
    const itself = { ...spec, webhook_settings: undefined };
    if (action !== "none") await writeTeamSpec(tx, viewer, itself, id > 0 ? id : undefined);
  }
}

const tooMany = ({ name }: TeamRow) =>
  `Team "${name}" has ${HOSTS_PER_TRANSACTION} hosts or more: move them to another team before it is deleted`;

/** Hosts of a team that goes are moved one by one, so it may have only some. */
export async function deleteTeams(
  tx: Transaction,
  viewer: Viewer,
  gone: readonly TeamRow[],
): Promise<void> {
  for (const team of gone) {
    if (await removeTeam(tx, viewer, team.id)) continue;
    throw conflict(tooMany(team));
  }
}
