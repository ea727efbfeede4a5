import type { Executor } from "#db/client.ts";
import { hasPlatform } from "#lib/membership/scope.ts";
import { type VitalColumns, vitalMember } from "#lib/membership/vitals.ts";
import type { LabelRule } from "./label-sets.ts";
import type { HostLabelJson } from "./schema.ts";
import { membershipTypeOf, typeOf } from "./serialize.ts";
import { type LabelRecord, selectLabels, selectLabelsOfHosts } from "./sql.ts";

export interface LabelledHost extends VitalColumns {
  id: number;
  teamId: number | null;
}

/** What a host is a member of, and what is not known of it yet; by name. */
export interface HostLabels {
  labels: HostLabelJson[];
  unknown_labels: { id: number; name: string }[];
}

export type Standing = "member" | "outsider" | "unknown";

/** `answers`: what rows say of the host, by label. The same rules as combineLabelSets has for all hosts. */
export function standingOf(
  label: LabelRule,
  host: VitalColumns,
  answers: ReadonlyMap<number, boolean>,
): Standing {
  if (label.membershipType === "host_vitals") {
    return label.criteria && vitalMember(label.criteria, host) ? "member" : "outsider";
  }
  const said = answers.get(label.id);
  if (label.membershipType === "manual") return said ? "member" : "outsider";
  const isAsked = host.platformFamily === "" || hasPlatform(label.platform, host.platformFamily);
  if (!isAsked || said === false) return "outsider";
  return said ? "member" : "unknown";
}

const toJson = (label: LabelRecord): HostLabelJson => ({
  created_at: label.createdAt.toISOString(),
  updated_at: label.updatedAt.toISOString(),
  id: label.id,
  name: label.name,
  description: label.description,
  query: label.query,
  platform: label.platform,
  label_type: typeOf(label),
  label_membership_type: membershipTypeOf(label),
  display_text: label.name,
});

/** The labels of some hosts, from two statements for all of them. */
export async function readHostLabels(
  executor: Executor,
  hosts: readonly LabelledHost[],
): Promise<Map<number, HostLabels>> {
  const answers = new Map(hosts.map(({ id }) => [id, new Map<number, boolean>()]));
  const [labels, rows] = await Promise.all([
    selectLabels(executor),
    selectLabelsOfHosts(executor, [...answers.keys()]),
  ]);
  for (const { hostId, labelId, isMember } of rows) answers.get(hostId)?.set(labelId, isMember);
  return new Map(
    hosts.map((host) => {
      const said = answers.get(host.id) ?? new Map<number, boolean>();
      const standing = (wanted: Standing) =>
        labels.filter((label) => standingOf(label, host, said) === wanted);
      const unknown = standing("unknown").map(({ id, name }) => ({ id, name }));
      return [host.id, { labels: standing("member").map(toJson), unknown_labels: unknown }];
    }),
  );
}
