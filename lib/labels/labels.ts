import { authorize, GLOBAL, isAllowed, type TeamScope, teamScope } from "#lib/auth/permissions.ts";
import type { Viewer } from "#lib/auth/viewer.ts";
import { database } from "#lib/database.ts";
import { notFound } from "#lib/errors.ts";
import { difference, type HostSet, idsOf, intersection, sizeOf, union } from "#lib/host-set.ts";
import { pagingOf } from "#lib/http/list-options.ts";
import { labelIdsOf, MEMBERS_ALONE, readLabelSets } from "./label-sets.ts";
import type { LabelListOptions } from "./schema.ts";
import {
  type LabelRecord,
  selectLabels,
  selectLabelsById,
  selectLiveExemptions,
  selectScopedPolicies,
  selectVisibleHosts,
} from "./sql.ts";

/** A policy whose rules name a label. */
export interface LabelPolicy {
  id: number;
  name: string;
  teamId: number | null;
}

/** An exemption that lets a label's hosts off a policy. */
export interface LabelExemption {
  id: number;
  policyId: number;
  policyName: string;
  teamId: number | null;
  reason: string;
}

/** A label as a viewer sees it: counts are about the hosts that they may see. */
export interface SeenLabel {
  label: LabelRecord;
  members: number;
  policies: LabelPolicy[];
}

export interface LabelDetail extends SeenLabel {
  /** Hosts of which it is not known yet whether they are members. */
  unknown: number;
  /** In force, or still to begin being so. */
  exemptions: LabelExemption[];
  /** Of manual labels. */
  hostIds?: number[];
}

/** Who sees a label's hosts: gitops roles see labels and no hosts. */
export function hostScope(viewer: Viewer): TeamScope | undefined {
  const anywhere =
    viewer.kind === "system" || viewer.globalRole
      ? [GLOBAL]
      : viewer.teams.map(({ id }) => ({ teamId: id }));
  if (!anywhere.some((target) => isAllowed(viewer, "host:read", target))) return undefined;
  return teamScope(viewer, "host:read");
}

async function visibleHosts(viewer: Viewer, teamId?: number): Promise<HostSet> {
  const scope = hostScope(viewer);
  return scope ? selectVisibleHosts(database(), scope, teamId) : Buffer.alloc(0);
}

async function policiesByLabel(viewer: Viewer): Promise<Map<number, LabelPolicy[]>> {
  const rows = await selectScopedPolicies(database(), teamScope(viewer, "policy:read"));
  const byLabel = new Map<number, LabelPolicy[]>();
  for (const { labelScope, ...policy } of rows) {
    for (const id of labelIdsOf(labelScope)) {
      byLabel.set(id, [...(byLabel.get(id) ?? []), policy]);
    }
  }
  return byLabel;
}

/** By name unless told otherwise. */
export async function listLabels(viewer: Viewer, options: LabelListOptions): Promise<SeenLabel[]> {
  authorize(viewer, "label:read", GLOBAL);
  const labels = await selectLabels(database(), {
    query: options.query,
    orderKey: options.order_key,
    descending: options.order_direction === "desc",
    paging: pagingOf(options),
  });
  const [sets, visible, policies] = await Promise.all([
    readLabelSets(database(), labels, MEMBERS_ALONE),
    visibleHosts(viewer, options.team_id),
    policiesByLabel(viewer),
  ]);
  return labels.map((label) => ({
    label,
    members: sizeOf(intersection(visible, sets.get(label.id)?.members ?? Buffer.alloc(0))),
    policies: policies.get(label.id) ?? [],
  }));
}

/** Every label, without anything that has to be counted. */
export function summarizeLabels(viewer: Viewer): Promise<LabelRecord[]> {
  authorize(viewer, "label:read", GLOBAL);
  return selectLabels(database());
}

export async function requireLabel(id: number): Promise<LabelRecord> {
  const [label] = await selectLabelsById(database(), [id]);
  if (!label) throw notFound(`Label ${id}`);
  return label;
}

export async function getLabel(viewer: Viewer, id: number): Promise<LabelDetail> {
  authorize(viewer, "label:read", GLOBAL);
  const label = await requireLabel(id);
  const scope = teamScope(viewer, "policy:read");
  const [sets, visible, policies, exemptions] = await Promise.all([
    readLabelSets(database(), [label]),
    visibleHosts(viewer),
    policiesByLabel(viewer),
    selectLiveExemptions(database(), id, new Date(), scope),
  ]);
  const { members, outsiders } = sets.get(id) ?? { members: visible, outsiders: visible };
  const mine = intersection(visible, members);
  return {
    label,
    members: sizeOf(mine),
    unknown: sizeOf(difference(visible, union(members, outsiders))),
    policies: policies.get(id) ?? [],
    exemptions,
    ...(label.membershipType === "manual" ? { hostIds: idsOf(mine) } : {}),
  };
}
