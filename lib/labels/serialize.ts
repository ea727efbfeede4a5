import type { LabelDetail, SeenLabel } from "./labels.ts";
import {
  type LabelDetailJson,
  type LabelJson,
  type LabelSummaryJson,
  MEMBERSHIP_TYPES,
} from "./schema.ts";
import type { SpecLabel } from "./specs.ts";
import type { LabelRecord } from "./sql.ts";

export const typeOf = (label: LabelRecord) => (label.isBuiltin ? "builtin" : "regular");

export const membershipTypeOf = (label: LabelRecord) =>
  MEMBERSHIP_TYPES.find((type) => type === label.membershipType) ?? "manual";

/** Built-in labels that have no vital are about every host, which Fleet's clients need not know. */
export function criteriaOf({ criteria }: Pick<LabelRecord, "criteria">) {
  if (!criteria) return null;
  const [value, ...others] = criteria.values;
  return { ...criteria, ...(value !== undefined && others.length === 0 ? { value } : {}) };
}

export function serializeLabel({ label, members, policies }: SeenLabel): LabelJson {
  return {
    created_at: label.createdAt.toISOString(),
    updated_at: label.updatedAt.toISOString(),
    id: label.id,
    author_id: label.authorId,
    name: label.name,
    description: label.description,
    query: label.query,
    platform: label.platform,
    label_type: typeOf(label),
    label_membership_type: membershipTypeOf(label),
    criteria: criteriaOf(label),
    display_text: label.name,
    host_count: members,
    count: members,
    policy_count: policies.length,
  };
}

export function serializeLabelDetail(detail: LabelDetail): LabelDetailJson {
  return {
    ...serializeLabel(detail),
    unknown_host_count: detail.unknown,
    policies: detail.policies.map(({ id, name, teamId }) => ({ id, name, team_id: teamId })),
    exemptions: detail.exemptions.map(({ id, policyId, policyName, teamId, reason }) => ({
      ...{ id, reason, team_id: teamId },
      ...{ policy_id: policyId, policy_name: policyName },
    })),
    ...(detail.hostIds ? { host_ids: detail.hostIds } : {}),
  };
}

export const serializeLabelReply = (detail: LabelDetail) => ({
  label: serializeLabelDetail(detail),
});
export const serializeLabels = (list: SeenLabel[]) => ({ labels: list.map(serializeLabel) });

export const serializeSummary = (list: LabelRecord[]): { labels: LabelSummaryJson[] } => ({
  labels: list.map((label) => ({
    id: label.id,
    name: label.name,
    description: label.description,
    label_type: typeOf(label),
    label_membership_type: membershipTypeOf(label),
  })),
});

export function serializeSpec({ label, hosts }: SpecLabel) {
  const criteria = label.isBuiltin ? null : criteriaOf(label);
  return {
    id: label.id,
    name: label.name,
    description: label.description,
    query: label.query,
    platform: label.platform,
    label_type: typeOf(label),
    label_membership_type: membershipTypeOf(label),
    ...(criteria ? { criteria } : {}),
    hosts,
  };
}
