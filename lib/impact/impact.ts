import { databaseNow } from "#db/client.ts";
import { authorize, GLOBAL, isAllowed, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { notFound } from "#lib/errors.ts";
import { difference, type HostSet, intersection, sizeOf, union } from "#lib/host-set.ts";
import { labelIdsOf, readLabelSets } from "#lib/labels/label-sets.ts";
import { selectLabelsById } from "#lib/labels/sql.ts";
import { type Bench, readBench } from "#lib/membership/judge.ts";
import { judgedPolicy } from "#lib/membership/rules.ts";
import { notOut } from "#lib/policies/asked.ts";
import { policyChange } from "#lib/policies/change.ts";
import { fieldsOfPatch } from "#lib/policies/edit.ts";
import { labelScopeOf, POLICY_PROBLEMS, readLabelIds } from "#lib/policies/label-scope.ts";
import { type PolicyRecord, selectHostGroupSets, selectPolicyRecords } from "#lib/policies/sql.ts";
import { urlOf } from "#lib/webhooks/schema.ts";
import { readWebhook } from "#lib/webhooks/webhook.ts";
import { expectedFailing } from "./expectation.ts";
import type { ImpactInput, ImpactJson } from "./schema.ts";
import { selectPolicyRun, selectRunAnswers, selectStateSets } from "./sql.ts";
import { benchAfter, verdictFlips } from "./verdicts.ts";

/** Saving something that concerns more of the hosts than this is confirmed by the policy's name. */
const CONFIRM_SHARE = 0.2;
/** On a handful of hosts every change is a large share, and none is a surprise. */
const CONFIRM_HOSTS_MIN = 5;

const NOBODY: HostSet = Buffer.alloc(0);

/** What saving would do, in numbers. Reads only, and holds no lock: hosts go on answering. */
export async function previewImpact(viewer: Viewer, input: ImpactInput): Promise<ImpactJson> {
  const { before, after, startsAnew } = await plan(viewer, input);
  const scope = teamScope(viewer, "policy:write");
  const [sets, states, bench, now] = await Promise.all([
    readScopes(scope, [before, after]),
    before ? selectStateSets(database(), before) : new Map<string, HostSet>(),
    readBench(database()),
    databaseNow(database()),
  ]);
  const [asked, wouldAsk] = [before ? sets.of(before) : NOBODY, sets.of(after)];
  const entering = difference(wouldAsk, asked);
  const leaving = difference(asked, wouldAsk);
  const standing = (state: string) => sizeOf(intersection(states.get(state) ?? NOBODY, leaving));
  const answered = [...states.values()].reduce(union, NOBODY);
  const newlyFailing = await expectation(viewer, input, after, startsAnew, sets.families, wouldAsk);
  const concerned = whoseVerdicts(bench, before, after, { startsAnew, asked, wouldAsk });
  const judged = judgedAs(after, bench);
  const verdicts = await verdictFlips(
    database(),
    concerned,
    bench,
    benchAfter(bench, judged),
    now.getTime(),
  );
  const total = sizeOf(union(asked, wouldAsk));
  const flipping = verdicts.flips.reduce((all, { hosts }) => all + hosts, 0);
  const largest = Math.max(sizeOf(leaving), flipping, newlyFailing.hosts);
  const share = total > 0 ? Math.min(1, largest / total) : 0;
  return {
    hosts_now: sizeOf(asked),
    hosts_after: sizeOf(wouldAsk),
    entering: sizeOf(entering),
    leaving: {
      hosts: sizeOf(leaving),
      pass: standing("pass"),
      fail: standing("fail"),
      error: standing("error"),
      stale: standing("stale"),
      exempt: standing("exempt"),
    },
    excluded: sizeOf(difference(sets.withoutLabels(after), wouldAsk)),
    starts_anew: startsAnew,
    answers_lost: before && startsAnew ? sizeOf(intersection(answered, asked)) : 0,
    newly_failing: newlyFailing,
    verdicts,
    automations: await automationsOf(after, newlyFailing, sizeOf(entering)),
    share,
    confirm: share > CONFIRM_SHARE && largest >= CONFIRM_HOSTS_MIN,
  };
}

interface Plan {
  /** undefined: it would be a new policy. */
  before: PolicyRecord | undefined;
  after: PolicyRecord;
  /** No answer so far would count. */
  startsAnew: boolean;
}

async function plan(viewer: Viewer, input: ImpactInput): Promise<Plan> {
  const [before] = input.policy_id ? await selectPolicyRecords(database(), [input.policy_id]) : [];
  const teamId = before ? before.teamId : (input.team_id ?? null);
  authorize(viewer, "policy:write", { teamId });
  if (input.policy_id && !before) throw notFound(`Policy ${input.policy_id}`);
  const labelIds = await readLabelIds(database(), [input]);
  const from = before?.labelScope ?? null;
  const labelScope = labelScopeOf(input, labelIds, POLICY_PROBLEMS, from);
  const fields = { ...fieldsOfPatch(input), ...(labelScope === undefined ? {} : { labelScope }) };
  const at = await databaseNow(database());
  if (!before) {
    return { before, after: { ...blankPolicy(teamId, at), ...fields }, startsAnew: true };
  }
  const change = policyChange(before, fields, at, before.queryRevision + 1);
  return { before, after: { ...before, ...change.set }, startsAnew: change.startsAnew };
}

const blankPolicy = (teamId: number | null, at: Date): PolicyRecord => ({
  id: 0,
  teamId,
  teamKey: null,
  name: "",
  query: "",
  description: "",
  resolution: "",
  platform: "",
  critical: false,
  intervalSeconds: null,
  authorId: null,
  tags: null,
  labelScope: null,
  scopeEras: null,
  pausedAt: null,
  runRequestedAt: null,
  version: 1,
  revision: 1,
  platformSince: {},
  queryRevision: 0,
  queryChangedAt: at,
  createdAt: at,
  updatedAt: at,
});

/** As the bench has policies: with the interval in force, and exemptions. */
const judgedAs = (policy: PolicyRecord, bench: Bench): Bench["policies"][number] =>
  judgedPolicy(policy, bench, env().policyUpdateIntervalSeconds);

/** Who is asked by policies, from one reading of hosts and labels. */
async function readScopes(
  scope: Parameters<typeof selectHostGroupSets>[1],
  policies: readonly (PolicyRecord | undefined)[],
) {
  const labelIds = policies.flatMap((policy) => labelIdsOf(policy?.labelScope ?? null));
  const [labels, groups] = await Promise.all([
    labelIds.length > 0 ? selectLabelsById(database(), [...new Set(labelIds)]) : [],
    selectHostGroupSets(database(), scope),
  ]);
  const sets = await readLabelSets(database(), labels);
  const families = new Map<string, HostSet>();
  for (const { platformFamily, hosts } of groups) {
    families.set(platformFamily, union(families.get(platformFamily) ?? NOBODY, hosts));
  }
  return {
    families,
    of: (policy: PolicyRecord) => notOut(policy, groups, sets),
    withoutLabels: (policy: PolicyRecord) => notOut({ ...policy, labelScope: null }, groups, sets),
  };
}

/** Of a run that the viewer may see: one's own, and every one for those who may run on every host. */
async function queryOfRun(viewer: Viewer, runId: number): Promise<string | undefined> {
  const run = await selectPolicyRun(database(), runId);
  const isOwn = viewer.kind === "user" && run?.authorId === viewer.id;
  return isOwn || isAllowed(viewer, "query:run", GLOBAL) ? run?.query : undefined;
}

/** Who would fail that nobody counts as failing now. */
async function expectation(
  viewer: Viewer,
  { run_id: runId }: ImpactInput,
  after: PolicyRecord,
  startsAnew: boolean,
  families: ReadonlyMap<string, HostSet>,
  wouldAsk: HostSet,
): Promise<ImpactJson["newly_failing"]> {
  const nothing = { hosts: 0, sampled: 0, sampled_failing: 0 };
  if (!startsAnew) return { ...nothing, basis: "exact" };
  // The run of other SQL says nothing of what is about to be saved.
  if (!runId || (await queryOfRun(viewer, runId)) !== after.query) {
    return { ...nothing, basis: "unknown" };
  }
  const scope = teamScope(viewer, "policy:write");
  const rows = await selectRunAnswers(database(), scope, runId);
  const answers = rows.map((row) => ({ ...row, passes: row.rowCount > 0 }));
  if (answers.length === 0) return { ...nothing, basis: "unknown" };
  const { hosts, sampled, sampledFailing } = expectedFailing(answers, families, wouldAsk);
  return { hosts, basis: "sample", sampled, sampled_failing: sampledFailing };
}

/** An edit of the SQL begins anew: whoever fails it is told of, whether or not he failed before. */
async function automationsOf(
  after: PolicyRecord,
  { hosts, basis }: ImpactJson["newly_failing"],
  entering: number,
): Promise<ImpactJson["automations"]> {
  const isKnown = basis === "sample" || (basis === "exact" && entering === 0);
  if (after.pausedAt || (isKnown && hosts === 0)) return [];
  const choice = { kind: "failing_policies", teamId: after.teamId } as const;
  const webhook = await readWebhook(database(), choice);
  const destination = urlOf(webhook.url)?.hostname;
  if (!webhook.enabled || !destination || !webhook.policyIds.includes(after.id)) return [];
  return [{ kind: "webhook", destination, hosts, basis: isKnown ? "sample" : "unknown" }];
}

interface Scopes {
  startsAnew: boolean;
  asked: HostSet;
  wouldAsk: HostSet;
}

/** Hosts whose verdict may be another one. A policy that never gates concerns nobody's. */
function whoseVerdicts(
  { gate }: Bench,
  before: PolicyRecord | undefined,
  after: PolicyRecord,
  { startsAnew, asked, wouldAsk }: Scopes,
): HostSet {
  const gates = (policy: PolicyRecord | undefined) =>
    policy !== undefined && (gate === "all" || policy.critical);
  if (!gates(before) && !gates(after)) return NOBODY;
  const inEither = union(asked, wouldAsk);
  const everywhere =
    startsAnew ||
    gates(before) !== gates(after) ||
    before?.intervalSeconds !== after.intervalSeconds;
  return everywhere ? inEither : difference(inEither, intersection(asked, wouldAsk));
}
