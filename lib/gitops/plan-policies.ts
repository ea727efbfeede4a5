import type { Executor, Transaction } from "#db/client.ts";
import { changes, perActivity, recordActivity } from "#lib/activities/activities.ts";
import { authorize, GLOBAL } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { invalid } from "#lib/errors.ts";
import type { PolicyEdit, PolicyFields } from "#lib/policies/change.ts";
import { auditFields, deleteRecords, fieldsOf } from "#lib/policies/edit.ts";
import { type LabelNames, type LabelProblems, labelScopeOf } from "#lib/policies/label-scope.ts";
import { type PolicyRecord, selectMatchingRecords } from "#lib/policies/sql.ts";
import {
  userId,
  type WriteContext,
  writeNewPolicies,
  writePolicyChanges,
} from "#lib/policies/write.ts";
import type { PlannedLabels } from "./plan-labels.ts";
import type { TeamIds } from "./plan-teams.ts";
import { type PlannedChange, plannedChange } from "./planned.ts";
import { type Problems, requireDistinct } from "./problems.ts";
import type { GitopsInput, GitopsPolicy } from "./schema.ts";

/** A policy as it will be, whether it is there yet or not. */
export interface PolicyAfter {
  /** Below zero: it is yet to be made. */
  id: number;
  name: string;
  team: string;
  teamId: number | null;
  fields: PolicyFields;
  /** As it is; undefined: it is not there. */
  before: PolicyRecord | undefined;
}

interface Write {
  after: PolicyAfter;
  paused: boolean | undefined;
}

export interface PlannedPolicies {
  changes: PlannedChange[];
  writes: Write[];
  /** Made elsewhere, and to go. */
  gone: PolicyRecord[];
  /** All of the teams that the request is about, those that go left out. */
  after: PolicyAfter[];
}

const PROBLEMS: LabelProblems = {
  prefix: "labels",
  unknown: (key, name) => invalid(key, `label "${name}" does not exist`),
};

/** What is known of the rest when policies are planned. */
export interface Surroundings {
  teams: TeamIds;
  labels: PlannedLabels;
}

export const teamOf = (spec: { team?: string | null }) => (spec.team ?? "").trim();

const auditOf = (fields: PolicyFields, paused: boolean, names: LabelNames) => ({
  ...auditFields(fields, names),
  paused,
});

class PolicyPlanner {
  readonly planned: PlannedPolicies = { changes: [], writes: [], gone: [], after: [] };
  private readonly labelIds: ReadonlyMap<string, number>;
  private readonly labelNames: LabelNames;
  private readonly input: GitopsInput;
  private readonly problems: Problems;

  constructor(input: GitopsInput, labels: PlannedLabels, problems: Problems) {
    const known = [...labels.after.values()].map(({ label }) => label);
    this.labelIds = new Map(known.map(({ id, name }) => [name, id]));
    this.labelNames = new Map(known.map(({ id, name }) => [id, name]));
    this.input = input;
    this.problems = problems;
  }

  async add(index: number, teamId: number | null, before: PolicyRecord | undefined) {
    const spec = this.input.policies[index] as GitopsPolicy;
    const place = `policies.${index}`;
    const labelScope = await this.problems.at(
      place,
      () => labelScopeOf(spec, this.labelIds, PROBLEMS) ?? null,
    );
    if (labelScope === undefined) return;
    const fields = fieldsOf({ ...spec, reason: "" }, labelScope);
    const team = teamOf(spec);
    const id = before?.id ?? -1 - index;
    const after = { id, name: spec.name, team, teamId, fields, before };
    this.planned.after.push(after);
    this.planned.writes.push({ after, paused: spec.paused ?? undefined });
    const change = this.changeOf(
      before,
      fields,
      spec.paused ?? (before?.pausedAt ?? null) !== null,
    );
    const touches = { kind: "asked", before, after: { ...fields, teamId } } as const;
    this.planned.changes.push(
      plannedChange({ kind: "policy", name: spec.name, team, place, ...change, touches }),
    );
  }

  private changeOf(before: PolicyRecord | undefined, fields: PolicyFields, paused: boolean) {
    const after = auditOf(fields, paused, this.labelNames);
    if (!before) return { action: "create", before: {}, after } as const;
    const wasPaused = before.pausedAt !== null;
    const diff = changes<Record<string, unknown>>(
      auditOf(before, wasPaused, this.labelNames),
      after,
    );
    return { action: Object.keys(diff.after).length > 0 ? "update" : "none", ...diff } as const;
  }

  /** Those of a team that the request does not name. */
  addOthers(team: string, others: readonly PolicyRecord[]): void {
    const isComplete = this.input.complete.policies.includes(team);
    const goes = isComplete && this.input.delete_other.includes("policies");
    if (goes) this.planned.gone.push(...others);
    for (const policy of others) {
      const { id, name, teamId } = policy;
      if (!goes) {
        this.planned.after.push({ id, name, team, teamId, fields: policy, before: policy });
      }
      if (!isComplete) continue;
      this.planned.changes.push(
        plannedChange({
          kind: "policy",
          name,
          team,
          action: goes ? "delete" : "keep",
          before: auditOf(policy, policy.pausedAt !== null, this.labelNames),
          touches: { kind: "asked", before: policy, after: goes ? undefined : policy },
        }),
      );
    }
  }
}

/** Every team that a request says anything of, with what says it first. */
function teamsOf({ policies, exemptions, complete }: GitopsInput): Map<string, string> {
  const places: [string, string][] = [
    ...policies.map((spec, at): [string, string] => [teamOf(spec), `policies.${at}.team`]),
    ...exemptions.map(({ policy_team }, at): [string, string] => [
      policy_team.trim(),
      `exemptions.${at}.policy_team`,
    ]),
    ...[...complete.policies, ...complete.exemptions].map((team): [string, string] => [
      team,
      "complete.policies",
    ]),
  ];
  const first = new Map<string, string>();
  for (const [team, place] of places) if (!first.has(team)) first.set(team, place);
  return first;
}

/** What becomes of each policy. Authorizes on every team before telling whether it exists. */
export async function planPolicies(
  executor: Executor,
  viewer: Viewer,
  input: GitopsInput,
  { teams, labels }: Surroundings,
  problems: Problems,
): Promise<PlannedPolicies> {
  const { policies: specs } = input;
  const keyOf = (spec: GitopsPolicy) => JSON.stringify([teamOf(spec), spec.name]);
  requireDistinct(problems, specs, "policies", keyOf, ({ name }) => `policy "${name}"`);
  const planner = new PolicyPlanner(input, labels, problems);
  for (const [team, place] of teamsOf(input)) {
    const teamId = teams.get(team);
    // A team that this makes is nobody's yet: whoever may make it may fill it.
    authorize(
      viewer,
      "policy:write",
      teamId === undefined || (teamId ?? 0) < 0 ? GLOBAL : { teamId },
    );
    if (teamId === undefined) {
      problems.add(place, `team "${team}" does not exist`);
      continue;
    }
    const found = await recordsOf(executor, teamId);
    for (const [index, spec] of specs.entries()) {
      if (teamOf(spec) !== team) continue;
      await planner.add(index, teamId, found.get(spec.name));
    }
    const named = new Set(specs.filter((spec) => teamOf(spec) === team).map(({ name }) => name));
    planner.addOthers(
      team,
      [...found.values()].filter(({ name }) => !named.has(name)),
    );
  }
  return planner.planned;
}

async function recordsOf(executor: Executor, teamId: number | null) {
  if ((teamId ?? 0) < 0) return new Map<string, PolicyRecord>();
  const owner = teamId === null ? "global" : { teamId, inherited: false };
  const records = await selectMatchingRecords(executor, owner, {});
  return new Map(records.map((record) => [record.name, record]));
}

const pauseOf = ({ after: { before }, paused }: Write, at: Date): Date | null | undefined => {
  if (paused === undefined || paused === ((before?.pausedAt ?? null) !== null)) return undefined;
  return paused ? at : null;
};

/** Writes what was planned inside the same transaction, and tells of it. New policies get their ids. */
export async function applyPolicies(
  tx: Transaction,
  context: WriteContext,
  { writes, gone, changes: planned }: PlannedPolicies,
): Promise<void> {
  if (gone.length > 0) await deleteRecords(tx, context.viewer, gone, context.reason);
  await writeNew(tx, context, writes);
  const edits = writes.flatMap((item) => {
    const { before, fields } = item.after;
    const edited: PolicyEdit = { ...fields, pausedAt: pauseOf(item, context.at) };
    return before ? [{ before, fields: edited }] : [];
  });
  await writePolicyChanges(tx, context, edits, userId(context.viewer));
  await recordApplied(tx, context, planned);
}

async function writeNew(
  tx: Transaction,
  context: WriteContext,
  writes: readonly Write[],
): Promise<void> {
  const fresh = writes.filter(({ after }) => !after.before);
  for (const teamId of new Set(fresh.map(({ after }) => after.teamId))) {
    const ofTeam = fresh.filter(({ after }) => after.teamId === teamId);
    const fields = ofTeam.map((item) => {
      return { ...item.after.fields, teamId, pausedAt: pauseOf(item, context.at) };
    });
    const ids = await writeNewPolicies(tx, context, teamId, fields);
    for (const { after } of ofTeam) after.id = ids.get(after.name) ?? after.id;
  }
}

async function recordApplied(
  tx: Transaction,
  { viewer, reason }: WriteContext,
  planned: readonly PlannedChange[],
): Promise<void> {
  const written = planned.filter(({ action }) => action === "create" || action === "update");
  for (const some of perActivity(written)) {
    await recordActivity(tx, viewer, {
      type: "applied_spec_policy",
      details: {
        policies: some.map(({ name, team }) => ({ name, team })),
        ...(reason && { reason }),
        changes: some.map(({ name, team, action, before, after }) => {
          return { name, team, action, before, after };
        }),
      },
    });
  }
}
