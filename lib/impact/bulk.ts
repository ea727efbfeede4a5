import { databaseNow } from "#db/client.ts";
import { teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { difference, type HostSet, sizeOf, union } from "#lib/host-set.ts";
import { readBench } from "#lib/membership/judge.ts";
import type { BulkInput } from "#lib/policies/action-schema.ts";
import { chosenPolicies, editOf, requireDestination } from "#lib/policies/bulk.ts";
import { policyChange } from "#lib/policies/change.ts";
import type { PolicyRecord } from "#lib/policies/sql.ts";
import { type Edit, whoseVerdicts } from "./concerned.ts";
import { judgedAs } from "./impact.ts";
import type { BulkImpactJson } from "./schema.ts";
import { NOBODY, readScopes } from "./scopes.ts";
import { flipping, shareOf } from "./share.ts";
import { selectAnswerCount } from "./sql.ts";
import { benchAfter, verdictFlips } from "./verdicts.ts";

type Planned = Pick<Edit, "after" | "startsAnew"> & { before: PolicyRecord };

/** What the action makes of each policy that it makes a difference to; one that is deleted asks nobody. */
function plan(input: BulkInput, found: readonly PolicyRecord[], at: Date): Planned[] {
  return found.flatMap((before): Planned[] => {
    if (input.action === "delete") return [{ before, after: undefined, startsAnew: true }];
    const fields = editOf(input, before, at);
    const { set, startsAnew } = policyChange(before, fields, at, before.queryRevision + 1);
    if (Object.keys(set).length === 0) return [];
    return [{ before, after: { ...before, ...set }, startsAnew }];
  });
}

/** One of each kind: of thousands of policies most narrow alike, and what happens to one happens to all. */
function kindsOf(planned: readonly Planned[]): Planned[] {
  const looks = (policy: PolicyRecord | undefined) =>
    policy && [
      ...[policy.teamId, policy.platform, policy.labelScope],
      ...[policy.critical, policy.intervalSeconds, policy.pausedAt !== null],
    ];
  const keyOf = ({ before, after, startsAnew }: Planned) =>
    JSON.stringify([startsAnew, looks(before), looks(after)]);
  return [...new Map(planned.map((one) => [keyOf(one), one])).values()];
}

/** What an action on many policies would do, in numbers. Reads only, as previewImpact does. */
export async function previewBulk(viewer: Viewer, input: BulkInput): Promise<BulkImpactJson> {
  const found = await chosenPolicies(database(), viewer, input);
  await requireDestination(database(), viewer, input);
  const now = await databaseNow(database());
  const planned = plan(input, found, now);
  const lost = planned.filter(({ startsAnew }) => startsAnew).map(({ before }) => before.id);
  const every = planned.flatMap(({ before, after }) => [before, after]);
  const [scopes, bench, answersLost] = await Promise.all([
    readScopes(database(), teamScope(viewer, "policy:write"), every),
    readBench(database()),
    selectAnswerCount(database(), lost),
  ]);
  const edits: Edit[] = kindsOf(planned).map((one) => ({
    ...one,
    asked: scopes.of(one.before),
    wouldAsk: one.after ? scopes.of(one.after) : NOBODY,
  }));
  const unite = (hostsOf: (edit: Edit) => HostSet) => edits.map(hostsOf).reduce(union, NOBODY);
  const later = benchAfter(
    bench,
    planned.flatMap(({ after }) => (after ? [judgedAs(after, bench)] : [])),
    new Set(planned.filter(({ after }) => !after).map(({ before }) => before.id)),
  );
  const concerned = unite((edit) => whoseVerdicts(bench, edit));
  const trials = [{ bench }, { bench: later }] as const;
  const verdicts = await verdictFlips(database(), concerned, trials, now.getTime());
  const asked = unite((edit) => edit.asked);
  const wouldAsk = unite((edit) => edit.wouldAsk);
  const entering = sizeOf(unite((edit) => difference(edit.wouldAsk, edit.asked)));
  const leaving = sizeOf(unite((edit) => difference(edit.asked, edit.wouldAsk)));
  const changed = [entering, leaving, flipping(verdicts)];
  return {
    policies: planned.length,
    hosts_now: sizeOf(asked),
    hosts_after: sizeOf(wouldAsk),
    entering,
    leaving,
    answers_lost: answersLost,
    verdicts,
    ...(await shareOf(database(), changed, sizeOf(union(asked, wouldAsk)))),
  };
}
