import { type Executor, type Transaction, transaction } from "#db/client.ts";
import { HEAVY_MS } from "#db/limits.ts";
import { recordActivity } from "#lib/activities/activities.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { beginWrite } from "#lib/policies/edit.ts";
import { raiseRevision } from "#lib/revisions.ts";
import { type PlannedParts, planAffected } from "./affected.ts";
import { checkSqlOf } from "./check-sql.ts";
import { applyExemptions, planExemptions } from "./plan-exemptions.ts";
import { applyLabels, deleteLabels, planLabels } from "./plan-labels.ts";
import { applyPolicies, planPolicies } from "./plan-policies.ts";
import { applySettings, planSecrets, planSettings } from "./plan-settings.ts";
import { applyTeams, deleteTeams, planTeams } from "./plan-teams.ts";
import { applyWebhooks, planWebhooks } from "./plan-webhooks.ts";
import type { PlannedChange } from "./planned.ts";
import { Problems } from "./problems.ts";
import { type GitopsChange, type GitopsInput, type GitopsReply, isMoved } from "./schema.ts";
import { countTouched, NO_COUNTS } from "./touched.ts";
import { requireUnused } from "./unused.ts";

interface Plan {
  changes: PlannedChange[];
  /** What the request does not name, and that goes along with what it does. */
  affected: PlannedChange[];
  parts: PlannedParts;
  problems: Problems;
}

/**
 * Everything that a request would change, by comparison alone. What it would make has ids below zero,
 * so that policies can name labels and teams that are yet to be. Throws `invalid` with all that is wrong.
 */
async function plan(executor: Executor, viewer: Viewer, input: GitopsInput): Promise<Plan> {
  const problems = new Problems();
  const settings = await planSettings(executor, viewer, input, problems);
  const secrets = await planSecrets(executor, viewer, input);
  const teams = await planTeams(executor, viewer, input, problems);
  const labels = await planLabels(executor, viewer, input, problems);
  const known = { teams: teams.ids, labels };
  const policies = await planPolicies(executor, viewer, input, known, problems);
  const named = { teams: teams.ids, policies };
  const webhooks = await planWebhooks(executor, viewer, input, named, problems);
  const { after } = policies;
  const exemptions = await planExemptions(executor, viewer, input, { ...known, after }, problems);
  const planned = { teams, labels, policies, exemptions };
  await requireUnused(executor, planned, problems);
  await checkSqlOf(viewer, input, [...policies.changes, ...labels.changes], problems);
  problems.settle();
  const parts = [
    settings,
    secrets,
    ...[teams, labels, policies, webhooks, exemptions].map((part) => part.changes),
  ];
  const affected = await planAffected(executor, viewer, planned);
  return { changes: parts.flat(), affected, parts: planned, problems };
}

/**
 * The same, step by step: each subject is planned when those before it are written, so that names
 * find what was just made.
 */
async function write(
  tx: Transaction,
  viewer: Viewer,
  input: GitopsInput,
): Promise<PlannedChange[]> {
  // In this order everywhere: config, then policies.
  await raiseRevision(tx, "config");
  const context = await beginWrite(tx, viewer, input.reason);
  const problems = new Problems();
  const settings = await planSettings(tx, viewer, input, problems);
  const secrets = await planSecrets(tx, viewer, input);
  await applySettings(tx, viewer, input);
  const teams = await planTeams(tx, viewer, input, problems);
  await applyTeams(tx, viewer, input, teams);
  const labels = await planLabels(tx, viewer, input, problems);
  problems.settle();
  await applyLabels(tx, viewer, labels, context.at);
  const made = {
    teams: (await planTeams(tx, viewer, input, problems)).ids,
    labels: await planLabels(tx, viewer, input, problems),
  };
  const policies = await planPolicies(tx, viewer, input, made, problems);
  problems.settle();
  await applyPolicies(tx, context, policies);
  const named = { teams: made.teams, policies };
  const webhooks = await planWebhooks(tx, viewer, input, named, problems);
  problems.settle();
  await applyWebhooks(tx, viewer, webhooks);
  const { after } = policies;
  const exemptions = await planExemptions(tx, viewer, input, { ...made, after }, problems);
  problems.settle();
  await applyExemptions(tx, viewer, exemptions, context.at);
  await deleteLabels(tx, viewer, labels, context.at);
  await deleteTeams(tx, viewer, teams.gone);
  const parts = [
    settings,
    secrets,
    ...[teams, labels, policies, webhooks, exemptions].map((part) => part.changes),
  ];
  const changes = parts.flat();
  await recordApplied(tx, viewer, input, changes);
  return changes;
}

const WRITTEN = ["create", "update", "delete"] as const;
const NAMES_MAX = 200;

/** One entry for the whole; each subject writes its own as well, with what changed. */
async function recordApplied(
  tx: Transaction,
  viewer: Viewer,
  { reason }: GitopsInput,
  changes: readonly PlannedChange[],
): Promise<void> {
  const written = changes.filter(({ action }) => action !== "none" && action !== "keep");
  if (written.length === 0) return;
  const count = (wanted: string) => written.filter(({ action }) => action === wanted).length;
  await recordActivity(tx, viewer, {
    type: "applied_gitops",
    details: {
      ...(reason && { reason }),
      ...Object.fromEntries(WRITTEN.map((action) => [`${action}_count`, count(action)])),
      changes: written
        .slice(0, NAMES_MAX)
        .map(({ kind, name, team, action }) => ({ kind, name, team, action })),
    },
  });
}

const keyOf = ({ kind, name, team, place }: PlannedChange) =>
  JSON.stringify([kind, name, team, place]);

interface Told {
  /** What the request names, by keyOf. */
  named: Map<string, GitopsChange>;
  affected: GitopsChange[];
}

async function withHosts(viewer: Viewer, { changes, affected, parts }: Plan): Promise<Told> {
  const all = [...changes, ...affected];
  const counts = await countTouched(database(), viewer, all, parts);
  const told = all.map(({ touches: _, ...change }, index): GitopsChange => {
    return { ...change, ...(counts[index] ?? NO_COUNTS) };
  });
  const others = told.slice(changes.length);
  return {
    named: new Map(changes.map((change, at) => [keyOf(change), told[at] as GitopsChange])),
    affected: others.filter((change) => change.action !== "none" || isMoved(change)),
  };
}

/**
 * Makes settings, teams, labels, policies, webhooks and exemptions what a request says: all of it in one
 * transaction, or nothing. What was made elsewhere goes only where the request says so, and is told
 * in either case. A dry run writes nothing and takes no lock.
 */
export async function applyGitops(viewer: Viewer, input: GitopsInput): Promise<GitopsReply> {
  // Whoever may write something of this may write some policies, also where the request says nothing.
  teamScope(viewer, "policy:write");
  // Before any lock, also to apply: what cannot be applied must not make writers wait.
  const planned = await plan(database(), viewer, input);
  const { named, affected } = await withHosts(viewer, planned);
  const { warnings } = planned.problems;
  if (input.dry_run) {
    return { dry_run: true, changes: [...named.values(), ...affected], warnings };
  }
  const written = await transaction(database(), (tx) => write(tx, viewer, input), {
    limitMs: HEAVY_MS,
  });
  const changes = written.map(({ touches, ...change }): GitopsChange => {
    return { ...NO_COUNTS, ...named.get(keyOf({ ...change, touches })), ...change };
  });
  return { dry_run: false, changes: [...changes, ...affected], warnings };
}
