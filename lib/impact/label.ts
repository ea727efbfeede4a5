import { databaseNow } from "#db/client.ts";
import { authorize, GLOBAL, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { difference, type HostSet, idsOf, setOf, sizeOf, union } from "#lib/host-set.ts";
import { decidesMembership, labelChange, patchedFields } from "#lib/labels/change.ts";
import { requireRegular } from "#lib/labels/edit.ts";
import { requireHosts } from "#lib/labels/find-hosts.ts";
import { type LabelSets, labelIdsOf, readLabelSets } from "#lib/labels/label-sets.ts";
import type { LabelPatch } from "#lib/labels/schema.ts";
import {
  type LabelRecord,
  selectFamilySets,
  selectLabelsById,
  selectLiveExemptions,
  selectScopedPolicies,
} from "#lib/labels/sql.ts";
import { readBench } from "#lib/membership/judge.ts";
import type { Labels } from "#lib/membership/label-card.ts";
import { hasPlatform } from "#lib/membership/scope.ts";
import { selectPolicyRecords } from "#lib/policies/sql.ts";
import type { LabelImpactJson } from "./schema.ts";
import { NOBODY, readScopes } from "./scopes.ts";
import { flipping, shareOf } from "./share.ts";
import { verdictFlips } from "./verdicts.ts";

const NOBODY_KNOWN: LabelSets = { members: NOBODY, outsiders: NOBODY };

interface Change {
  before: LabelRecord;
  now: LabelSets;
  /** At the moment of saving: what hosts said of other SQL holds until they answer the new one. */
  later: LabelSets;
  /** Hosts that are asked the label anew, whatever they said. */
  askedAnew: number;
}

/** Who is a member, and known to be none, as it is and as it would be. */
async function plan(viewer: Viewer, id: number, patch: LabelPatch, at: Date): Promise<Change> {
  const [before] = await selectLabelsById(database(), [id]);
  if (!before) throw notFound(`Label ${id}`);
  requireRegular(before);
  const set = labelChange(before, patchedFields(before, patch), at);
  const after = { ...before, ...set };
  const families = await selectFamilySets(database());
  const read = async (label: LabelRecord) =>
    (await readLabelSets(database(), [label], undefined, families)).get(id) ?? NOBODY_KNOWN;
  const isListed = before.membershipType === "manual" && Boolean(patch.hosts || patch.host_ids);
  const [now, later] = [await read(before), isListed ? undefined : await read(after)];
  const asked = [...families].filter(([family]) => hasPlatform(after.platform, family));
  const asksAnew = before.membershipType === "dynamic" && decidesMembership(set);
  return {
    before,
    now,
    later: later ?? (await listed(viewer, patch, families)),
    askedAnew: asksAnew ? asked.reduce((all, [, hosts]) => all + sizeOf(hosts), 0) : 0,
  };
}

async function listed(
  viewer: Viewer,
  patch: LabelPatch,
  families: ReadonlyMap<string, HostSet>,
): Promise<LabelSets> {
  const ids = await requireHosts(database(), teamScope(viewer, "host:identify"), patch);
  const members = setOf(ids);
  return { members, outsiders: difference([...families.values()].reduce(union, NOBODY), members) };
}

/** Hosts of which something else would be known of the label. */
const concerned = ({ now, later }: Change): HostSet =>
  [
    difference(now.members, later.members),
    difference(later.members, now.members),
    difference(now.outsiders, later.outsiders),
    difference(later.outsiders, now.outsiders),
  ].reduce(union, NOBODY);

/** A host's labels as they would be: it is a member, or none, or nobody knows. */
function labelsLater({ before, later }: Change) {
  const [members, outsiders] = [later.members, later.outsiders].map((set) => new Set(idsOf(set)));
  return (labels: Labels, hostId: number): Labels => {
    const isMember = members?.has(hostId) ? true : outsiders?.has(hostId) ? false : null;
    return new Map(labels).set(before.id, { revision: before.revision, isMember });
  };
}

async function policiesOf(labelId: number) {
  const scoped = await selectScopedPolicies(database());
  const using = scoped.filter(({ labelScope }) => labelIdsOf(labelScope).includes(labelId));
  const policies = await selectPolicyRecords(
    database(),
    using.map(({ id }) => id),
  );
  return policies.sort((a, b) => a.name.localeCompare(b.name));
}

/** What an edit of a label would do to whom policies ask and let off. Reads only. */
export async function previewLabel(
  viewer: Viewer,
  id: number,
  patch: LabelPatch,
): Promise<LabelImpactJson> {
  authorize(viewer, "label:write", GLOBAL);
  const at = await databaseNow(database());
  const change = await plan(viewer, id, patch, at);
  const hosts = concerned(change);
  const [policies, exemptions, bench] = await Promise.all([
    policiesOf(id),
    selectLiveExemptions(database(), id, at),
    readBench(database()),
  ]);
  const scopes = await readScopes(database(), teamScope(viewer, "policy:write"), policies);
  const labels = new Map(scopes.labels).set(id, change.later);
  const scoped = policies.map((policy) => {
    const [asked, wouldAsk] = [scopes.of(policy), scopes.of(policy, labels)];
    const [entering, leaving] = [difference(wouldAsk, asked), difference(asked, wouldAsk)];
    return { policy, asked, wouldAsk, entering, leaving };
  });
  const isUsed = policies.length + exemptions.length > 0;
  const trials = [{ bench }, { bench, labelsOf: labelsLater(change) }] as const;
  const verdicts = await verdictFlips(database(), isUsed ? hosts : NOBODY, trials, at.getTime());
  const moved = scoped.flatMap(({ entering, leaving }) => [sizeOf(entering), sizeOf(leaving)]);
  const inScope = scoped.reduce(
    (all, { asked, wouldAsk }) => union(all, union(asked, wouldAsk)),
    NOBODY,
  );
  return {
    asked_anew: change.askedAnew,
    hosts: sizeOf(hosts),
    policies: scoped.map(({ policy, asked, wouldAsk, entering, leaving }) => ({
      id: policy.id,
      name: policy.name,
      team_id: policy.teamId,
      critical: policy.critical,
      paused: policy.pausedAt !== null,
      hosts_now: sizeOf(asked),
      hosts_after: sizeOf(wouldAsk),
      entering: sizeOf(entering),
      leaving: sizeOf(leaving),
    })),
    verdicts,
    ...(await shareOf(database(), [...moved, flipping(verdicts)], sizeOf(inScope))),
  };
}
