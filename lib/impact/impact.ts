import { databaseNow } from "#db/client.ts";
import { authorize, GLOBAL, isAllowed, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { env } from "#lib/env.ts";
import { notFound } from "#lib/errors.ts";
import { difference, type HostSet, intersection, sizeOf, union } from "#lib/host-set.ts";
import { type Bench, readBench } from "#lib/membership/judge.ts";
import { judgedPolicy } from "#lib/membership/rules.ts";
import { policyChange } from "#lib/policies/change.ts";
import { fieldsOfPatch } from "#lib/policies/edit.ts";
import { labelScopeOf, POLICY_PROBLEMS, readLabelIds } from "#lib/policies/label-scope.ts";
import { type PolicyRecord, selectPolicyRecords } from "#lib/policies/sql.ts";
import { automationsOf, type Expected } from "./automations.ts";
import { type Edit, whoseVerdicts } from "./concerned.ts";
import { readExempt } from "./exempt.ts";
import { expectedFailing, expectedNewlyFailing, type Standing } from "./expectation.ts";
import type { ImpactInput, ImpactJson } from "./schema.ts";
import { NOBODY, readScopes } from "./scopes.ts";
import { flipping, shareOf } from "./share.ts";
import { selectPolicyRun, selectRunAnswers, selectStateSets } from "./sql.ts";
import { benchAfter, verdictFlips } from "./verdicts.ts";

/** What saving would do, in numbers. Reads only, and holds no lock: hosts go on answering. */
export async function previewImpact(viewer: Viewer, input: ImpactInput): Promise<ImpactJson> {
  const { before, after, startsAnew } = await plan(viewer, input);
  const scope = teamScope(viewer, "policy:write");
  const [scopes, states, bench, now] = await Promise.all([
    readScopes(database(), scope, [before, after]),
    before ? selectStateSets(database(), before) : new Map<string, HostSet>(),
    readBench(database()),
    databaseNow(database()),
  ]);
  const [asked, wouldAsk] = [before ? scopes.of(before) : NOBODY, scopes.of(after)];
  const edit = { before, after, startsAnew, asked, wouldAsk };
  const entering = difference(wouldAsk, asked);
  const leaving = difference(asked, wouldAsk);
  const standing = (state: string) => sizeOf(intersection(states.get(state) ?? NOBODY, leaving));
  const answered = intersection([...states.values()].reduce(union, NOBODY), asked);
  const failing = states.get("fail") ?? NOBODY;
  const becomingPending = startsAnew
    ? NOBODY
    : intersection(
        answered,
        difference(scopes.unknownOf(after), before ? scopes.unknownOf(before) : NOBODY),
      );
  const exemptions = bench.exemptions.get(after.id);
  const exempt = await readExempt(database(), scope, exemptions, now.getTime());
  const stands = { answered, failing, exempt };
  const expected = await expectation(viewer, input, edit, scopes.families, stands);
  const later = benchAfter(bench, [judgedAs(after, bench)]);
  const trials = [{ bench }, { bench: later }] as const;
  const concerned = whoseVerdicts(bench, edit);
  const verdicts = await verdictFlips(database(), concerned, trials, now.getTime());
  // A new policy is new to all whom it asks: that alone surprises nobody.
  const changed = [
    before ? sizeOf(entering) : 0,
    sizeOf(leaving),
    sizeOf(becomingPending),
    flipping(verdicts),
    expected.newly.hosts,
  ];
  return {
    hosts_now: sizeOf(asked),
    hosts_after: sizeOf(wouldAsk),
    entering: sizeOf(entering),
    becoming_pending: sizeOf(becomingPending),
    leaving: {
      hosts: sizeOf(leaving),
      pass: standing("pass"),
      fail: standing("fail"),
      error: standing("error"),
      stale: standing("stale"),
      exempt: standing("exempt"),
    },
    excluded: sizeOf(difference(scopes.withoutLabels(after), wouldAsk)),
    starts_anew: startsAnew,
    answers_lost: startsAnew ? sizeOf(answered) : 0,
    newly_failing: expected.newly,
    verdicts,
    automations: await automationsOf(edit, expected, failing),
    ...(await shareOf(database(), changed, sizeOf(union(asked, wouldAsk)))),
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
export const judgedAs = (policy: PolicyRecord, bench: Bench): Bench["policies"][number] =>
  judgedPolicy(policy, bench, env().policyUpdateIntervalSeconds);

/** Of a run that the viewer may see: one's own, and every one for those who may run on every host. */
async function queryOfRun(viewer: Viewer, runId: number): Promise<string | undefined> {
  const run = await selectPolicyRun(database(), runId);
  const isOwn = viewer.kind === "user" && run?.authorId === viewer.id;
  return isOwn || isAllowed(viewer, "query:run", GLOBAL) ? run?.query : undefined;
}

/** Answers to what is about to be saved; a run of other SQL says nothing of it. */
async function sampleOf(viewer: Viewer, runId: number | null | undefined, query: string) {
  if (!runId || (await queryOfRun(viewer, runId)) !== query) return [];
  const rows = await selectRunAnswers(database(), teamScope(viewer, "policy:write"), runId);
  return rows.map((row) => ({ ...row, passes: row.rowCount > 0 }));
}

async function expectation(
  viewer: Viewer,
  { run_id: runId }: ImpactInput,
  { after, startsAnew, asked, wouldAsk }: Edit & { after: PolicyRecord },
  families: ReadonlyMap<string, HostSet>,
  { exempt, ...stands }: Standing & { exempt: HostSet },
): Promise<Expected> {
  const nothing = { hosts: 0, sampled: 0, sampled_failing: 0, unsampled: 0 };
  const asksAnew = startsAnew ? wouldAsk : difference(wouldAsk, asked);
  // Who is exempt fails nothing, whatever it answers.
  const among = difference(asksAnew, exempt);
  if (after.pausedAt || sizeOf(among) === 0) {
    return { newly: { ...nothing, basis: "exact" }, told: 0 };
  }
  const answers = await sampleOf(viewer, runId, after.query);
  // An edit of the SQL begins anew: whoever fails it is told of, whether or not he failed before.
  const all = expectedFailing(answers, families, among);
  const told = all.sampled > 0 ? all.hosts : undefined;
  const newly = expectedNewlyFailing(answers, families, among, stands);
  const { hosts, sampled, sampledFailing, unsampled } = newly;
  // All of them fail already, so none can begin to; or nobody who says something of the others ran it.
  if (sampled === 0)
    return { newly: { ...nothing, basis: unsampled > 0 ? "unknown" : "exact" }, told };
  return {
    newly: { hosts, basis: "sample", sampled, sampled_failing: sampledFailing, unsampled },
    told,
  };
}
