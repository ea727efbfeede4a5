import { setImmediate } from "node:timers/promises";
import { type Executor, type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { changes, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { badRequest, notFound } from "#lib/errors.ts";
import type { PolicyFields } from "./change.ts";
import { auditFields, beginWrite, fieldsOf } from "./edit.ts";
import {
  type LabelNames,
  labelScopeOf,
  readLabelIds,
  readLabelNames,
  SPEC_PROBLEMS,
} from "./label-scope.ts";
import type { PolicySpec, SpecChange } from "./schema.ts";
import { requireSoundSpec } from "./sound.ts";
import { type PolicyRecord, selectPolicyRecordsByName, selectTeams } from "./sql.ts";
import { userId, type WriteContext, writeNewPolicies, writePolicyChanges } from "./write.ts";

/** Fleet's name for the hosts in no team, and the one that it shows since 4.82. */
const NO_TEAM = "No team";
export const UNASSIGNED = "Unassigned";

interface Planned {
  spec: PolicySpec;
  team: string;
  /** null: all teams. 0: no team. */
  teamId: number | null;
  fields: PolicyFields;
  before: PolicyRecord | undefined;
}

const teamName = (spec: PolicySpec) => (spec.team ?? "").trim();

async function teamIdsByName(executor: Executor): Promise<Map<string, number | null>> {
  const teams = await selectTeams(executor);
  const ids = teams.map((team): [string, number | null] => [team.name, team.id]);
  // A team that was called so before has its name.
  return new Map([[UNASSIGNED, 0], ...ids, [NO_TEAM, 0], ["", null]]);
}

function requireDistinct(specs: readonly PolicySpec[]): void {
  const keys = specs.map((spec) => JSON.stringify([teamName(spec), spec.name]));
  if (new Set(keys).size === keys.length) return;
  throw badRequest("policy spec payload verification: duplicate policy names not allowed");
}

/** What each spec finds in place. Authorizes on every team before telling whether it exists. */
async function plan(
  executor: Executor,
  viewer: Viewer,
  specs: readonly PolicySpec[],
): Promise<Planned[]> {
  requireDistinct(specs);
  const teamIds = await teamIdsByName(executor);
  const labelIds = await readLabelIds(executor, specs);
  const planned: Planned[] = [];
  for (const team of new Set(specs.map(teamName))) {
    const ofTeam = specs.filter((spec) => teamName(spec) === team);
    const teamId = teamIds.get(team);
    authorize(viewer, "policy:write", teamId === undefined ? GLOBAL : { teamId });
    if (teamId === undefined) throw notFound(`Team "${team}"`);
    const names = ofTeam.map((spec) => spec.name);
    const found = await selectPolicyRecordsByName(executor, teamId, names);
    for (const spec of ofTeam) {
      const before = found.find((policy) => policy.name === spec.name);
      const labelScope = labelScopeOf(spec, labelIds, SPEC_PROBLEMS) ?? null;
      planned.push({ spec, team, teamId, fields: fieldsOf(spec, labelScope), before });
    }
  }
  return planned;
}

/** What is in place already was judged when it came. */
async function requireSoundSpecs(planned: readonly Planned[]): Promise<void> {
  for (const { fields, before } of planned) {
    if (before?.query === fields.query) continue;
    await requireSoundSpec(fields.name, fields.query);
    // Thousands of checks are seconds of work, in which other requests want their turn.
    await setImmediate();
  }
}

/** What planned specs change; JSON that a person can read as a diff. */
async function changesOf(executor: Executor, planned: readonly Planned[]): Promise<SpecChange[]> {
  const scopes = planned.flatMap(({ before, fields }) => (before ? [before, fields] : [fields]));
  const names = await readLabelNames(executor, scopes);
  return planned.map((item) => changeOf(item, names));
}

function changeOf({ spec, team, fields, before }: Planned, names: LabelNames): SpecChange {
  const after = auditFields(fields, names);
  if (!before) return { name: spec.name, team, action: "create", before: {}, after };
  const diff = changes(auditFields(before, names), after);
  const action = Object.keys(diff.after).length > 0 ? "update" : "none";
  return { name: spec.name, team, action, ...diff };
}

/** Each spec has its own reason, so those that give the same one are written together. */
async function write(
  tx: Transaction,
  context: WriteContext,
  planned: readonly Planned[],
): Promise<void> {
  for (const reason of new Set(planned.map(({ spec }) => spec.reason))) {
    const because = { ...context, reason };
    const alike = planned.filter(({ spec }) => spec.reason === reason);
    const fresh = alike.filter(({ before }) => !before);
    for (const teamId of new Set(fresh.map((item) => item.teamId))) {
      const ofTeam = fresh.filter((item) => item.teamId === teamId);
      const rows = ofTeam.map(({ fields }) => ({ ...fields, teamId }));
      await writeNewPolicies(tx, because, teamId, rows);
    }
    const writes = alike.flatMap(({ before, fields }) => (before ? [{ before, fields }] : []));
    await writePolicyChanges(tx, because, writes, userId(context.viewer));
  }
}

/**
 * Makes or replaces policies by team and name: all of them in one transaction, or none. A spec that
 * says what is already so changes nothing, not even the author. A dry run only tells.
 */
export async function applyPolicySpecs(
  viewer: Viewer,
  specs: readonly PolicySpec[],
  dryRun: boolean,
): Promise<{ dry_run: boolean; changes: SpecChange[] }> {
  // Before any lock: whoever may not write must not make writers wait.
  const found = await plan(database(), viewer, specs);
  await requireSoundSpecs(found);
  if (dryRun) return { dry_run: true, changes: await changesOf(database(), found) };
  const described = await transaction(
    database(),
    async (tx) => {
      const context = await beginWrite(tx, viewer);
      const planned = await plan(tx, viewer, specs);
      const all = await changesOf(tx, planned);
      const changed = all.filter((change) => change.action !== "none");
      await write(tx, context, planned);
      if (changed.length > 0) await recordApplied(tx, viewer, changed);
      return all;
    },
    { limitMs: HEAVY_MS },
  );
  return { dry_run: false, changes: described };
}

function recordApplied(tx: Transaction, viewer: Viewer, changed: SpecChange[]): Promise<void> {
  return recordActivity(tx, viewer, {
    type: "applied_spec_policy",
    details: {
      policies: changed.map((change) => ({ name: change.name, team: change.team })),
      changes: changed,
    },
  });
}
